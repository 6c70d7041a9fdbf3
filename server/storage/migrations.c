#include "server/storage/migrations.h"

#include <glib.h>

/* Text is folded (fold.h) into the column `folded` for search.  A unit's path is the codes from the
 * top, each followed by '/', so that a subtree is one range of units_path. */
static const char tree_sql[] =
    "CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE units ("
    "  code TEXT PRIMARY KEY,"
    "  parent TEXT REFERENCES units (code) DEFERRABLE INITIALLY DEFERRED,"
    "  level TEXT NOT NULL,"
    "  name TEXT NOT NULL,"
    "  folded TEXT NOT NULL,"
    "  path TEXT NOT NULL,"
    "  depth INTEGER NOT NULL,"
    "  last_endpoint INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"
    "CREATE INDEX units_path ON units (path);"
    "CREATE INDEX units_parent ON units (parent);"
    "CREATE TABLE endpoints ("
    "  id TEXT PRIMARY KEY,"
    "  unit TEXT NOT NULL REFERENCES units (code),"
    "  name TEXT NOT NULL,"
    "  folded TEXT NOT NULL,"
    "  technician TEXT NOT NULL,"
    "  phone TEXT NOT NULL,"
    "  removed INTEGER NOT NULL DEFAULT 0" /* once invited it stays for the records' sake */
    ") STRICT;"
    "CREATE INDEX endpoints_unit ON endpoints (unit);";

static const char people_sql[] =
    "CREATE TABLE users ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  login TEXT NOT NULL UNIQUE,"
    "  name TEXT NOT NULL,"
    "  role TEXT NOT NULL CHECK (role IN ('administrator','secretary','technician','endpoint')),"
    "  unit TEXT REFERENCES units (code),"
    "  endpoint TEXT REFERENCES endpoints (id),"
    "  password_hash TEXT NOT NULL,"
    "  disabled INTEGER NOT NULL DEFAULT 0,"
    "  failed_logins INTEGER NOT NULL DEFAULT 0,"
    "  locked_until_ms INTEGER NOT NULL DEFAULT 0,"
    "  created_ms INTEGER NOT NULL,"
    "  last_login_ms INTEGER NOT NULL DEFAULT 0,"
    "  CHECK ((role = 'endpoint') = (endpoint IS NOT NULL)),"
    "  CHECK (unit IS NOT NULL OR role = 'administrator')"
    ") STRICT;"
    "CREATE INDEX users_unit ON users (unit);"
    "CREATE INDEX users_endpoint ON users (endpoint);"
    "CREATE TABLE sessions ("
    "  token_hash TEXT PRIMARY KEY,"
    "  user INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,"
    "  source TEXT NOT NULL,"
    "  created_ms INTEGER NOT NULL,"
    "  used_ms INTEGER NOT NULL,"
    "  idle_ms INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX sessions_user ON sessions (user);";

static const char meetings_sql[] =
    "CREATE TABLE meetings ("
    "  id TEXT PRIMARY KEY,"
    "  title TEXT NOT NULL,"
    "  host_unit TEXT NOT NULL REFERENCES units (code),"
    "  chair_endpoint TEXT NOT NULL REFERENCES endpoints (id),"
    "  state TEXT NOT NULL,"
    "  reason TEXT,"
    "  starts_ms INTEGER NOT NULL,"
    "  ends_ms INTEGER NOT NULL,"
    "  started_ms INTEGER NOT NULL,"
    "  ended_ms INTEGER NOT NULL,"
    "  created_ms INTEGER NOT NULL,"
    "  created_by TEXT NOT NULL,"
    "  spotlight TEXT,"
    "  content TEXT"
    ") STRICT;"
    "CREATE INDEX meetings_starts ON meetings (starts_ms);"
    "CREATE INDEX meetings_state ON meetings (state);"
    "CREATE INDEX meetings_host ON meetings (host_unit);"
    "CREATE INDEX meetings_chair ON meetings (chair_endpoint);"
    "CREATE TABLE invites ("
    "  meeting TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,"
    "  endpoint TEXT NOT NULL REFERENCES endpoints (id),"
    "  position INTEGER NOT NULL,"
    "  PRIMARY KEY (meeting, endpoint)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX invites_endpoint ON invites (endpoint);"
    "CREATE TABLE seats ("
    "  meeting TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,"
    "  endpoint TEXT NOT NULL REFERENCES endpoints (id),"
    "  mic_open INTEGER NOT NULL,"
    "  mic_locked INTEGER NOT NULL,"
    "  camera_on INTEGER NOT NULL,"
    "  hand_at_ms INTEGER NOT NULL,"
    "  joined_at_ms INTEGER NOT NULL,"
    "  PRIMARY KEY (meeting, endpoint)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX seats_endpoint ON seats (endpoint);"
    "CREATE TABLE media_sessions ("
    "  meeting TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,"
    "  session TEXT NOT NULL,"
    "  endpoint TEXT NOT NULL,"
    "  data TEXT NOT NULL,"
    "  PRIMARY KEY (meeting, session)"
    ") STRICT;"
    /* No foreign keys: what happened stays on record whatever is removed later. */
    "CREATE TABLE events ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  at_ms INTEGER NOT NULL,"
    "  meeting TEXT,"
    "  actor TEXT NOT NULL,"
    "  source TEXT NOT NULL,"
    "  action TEXT NOT NULL,"
    "  subject TEXT NOT NULL,"
    "  detail TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX events_meeting ON events (meeting, id);"
    "CREATE INDEX events_at ON events (at_ms);";

static const char addresses_sql[] = "ALTER TABLE users ADD email TEXT NOT NULL DEFAULT '';"
                                    "ALTER TABLE endpoints ADD email TEXT NOT NULL DEFAULT '';";

/* A group lives and dies with its unit, a member with its room. */
static const char groups_sql[] =
    "CREATE TABLE groups ("
    "  id TEXT PRIMARY KEY,"
    "  unit TEXT NOT NULL REFERENCES units (code) ON DELETE CASCADE,"
    "  name TEXT NOT NULL,"
    "  folded TEXT NOT NULL,"
    "  UNIQUE (unit, folded)"
    ") STRICT;"
    "CREATE TABLE group_members ("
    "  group_id TEXT NOT NULL REFERENCES groups (id) ON DELETE CASCADE,"
    "  endpoint TEXT NOT NULL REFERENCES endpoints (id) ON DELETE CASCADE,"
    "  position INTEGER NOT NULL,"
    "  PRIMARY KEY (group_id, endpoint)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX group_members_endpoint ON group_members (endpoint);";

static const char live_sql[] =
    "ALTER TABLE meetings ADD COLUMN live TEXT;"      /* JSON of signaling/meeting/live_state.h */
    "ALTER TABLE meetings ADD COLUMN rehearsal TEXT;" /* JSON: how the last rehearsal went */
    "ALTER TABLE seats ADD COLUMN consent INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE seats ADD COLUMN topic TEXT;";

/* Events up to here have no hash; see event_chain.h. */
static const char chains_sql[] =
    "ALTER TABLE events ADD COLUMN hash TEXT;"
    "CREATE TABLE event_chains ("
    "  meeting TEXT PRIMARY KEY,"
    "  anchor TEXT NOT NULL," /* hash before the oldest event kept */
    "  head TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "INSERT INTO settings (key, value) SELECT 'events_chained_from', coalesce(max(id), 0) + 1"
    " FROM events;"
    "CREATE TRIGGER events_append_only BEFORE UPDATE ON events BEGIN"
    "  SELECT raise(ABORT, 'events are append-only'); END;";

static const char minutes_sql[] =
    "CREATE TABLE minutes ("
    "  meeting TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,"
    "  version INTEGER NOT NULL,"
    "  text TEXT NOT NULL,"
    "  author TEXT NOT NULL,"
    "  at_ms INTEGER NOT NULL,"
    "  approved_ms INTEGER NOT NULL DEFAULT 0,"
    "  approved_by TEXT NOT NULL DEFAULT '',"
    "  PRIMARY KEY (meeting, version)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX meetings_started ON meetings (started_ms);";
static const char booking_sql[] =
    "CREATE TABLE series ("
    "  id TEXT PRIMARY KEY,"
    "  host_unit TEXT NOT NULL REFERENCES units (code),"
    "  rule TEXT NOT NULL," /* RFC 5545 RRULE */
    "  first_ms INTEGER NOT NULL,"
    "  exceptions TEXT NOT NULL," /* JSON: the starts left out, UTC ms */
    "  created_ms INTEGER NOT NULL,"
    "  created_by TEXT NOT NULL"
    ") STRICT;"
    "ALTER TABLE meetings ADD COLUMN kind TEXT NOT NULL DEFAULT 'conference';"
    "ALTER TABLE meetings ADD COLUMN entry TEXT NOT NULL DEFAULT '{}';"
    "ALTER TABLE meetings ADD COLUMN note TEXT;"
    "ALTER TABLE meetings ADD COLUMN published_ms INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE meetings ADD COLUMN series TEXT REFERENCES series (id);"
    "ALTER TABLE meetings ADD COLUMN occurrence_ms INTEGER NOT NULL DEFAULT 0;"
    "UPDATE meetings SET published_ms = created_ms;"
    "CREATE INDEX meetings_series ON meetings (series, occurrence_ms);"
    "CREATE TABLE co_chairs ("
    "  meeting TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,"
    "  endpoint TEXT NOT NULL REFERENCES endpoints (id),"
    "  position INTEGER NOT NULL,"
    "  PRIMARY KEY (meeting, endpoint)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX co_chairs_endpoint ON co_chairs (endpoint);"
    "CREATE TABLE agenda ("
    "  meeting TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,"
    "  position INTEGER NOT NULL,"
    "  item TEXT NOT NULL,"
    "  title TEXT NOT NULL,"
    "  speaker TEXT,"
    "  endpoint TEXT REFERENCES endpoints (id),"
    "  minutes INTEGER NOT NULL,"
    "  PRIMARY KEY (meeting, position)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX agenda_endpoint ON agenda (endpoint);"
    "CREATE TABLE resources ("
    "  id TEXT PRIMARY KEY,"
    "  unit TEXT NOT NULL REFERENCES units (code),"
    "  name TEXT NOT NULL,"
    "  folded TEXT NOT NULL,"
    "  kind TEXT NOT NULL CHECK (kind IN ('hall', 'equipment', 'other')),"
    "  note TEXT NOT NULL,"
    "  removed INTEGER NOT NULL DEFAULT 0" /* once booked it stays for the records' sake */
    ") STRICT;"
    "CREATE UNIQUE INDEX resources_name ON resources (unit, folded) WHERE NOT removed;"
    "CREATE TABLE meeting_resources ("
    "  meeting TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,"
    "  resource TEXT NOT NULL REFERENCES resources (id),"
    "  position INTEGER NOT NULL,"
    "  PRIMARY KEY (meeting, resource)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX meeting_resources_resource ON meeting_resources (resource);"
    "CREATE TABLE templates ("
    "  id TEXT PRIMARY KEY,"
    "  unit TEXT NOT NULL REFERENCES units (code) ON DELETE CASCADE,"
    "  name TEXT NOT NULL,"
    "  folded TEXT NOT NULL,"
    "  body TEXT NOT NULL," /* JSON as the booking page sends it, without times */
    "  UNIQUE (unit, folded)"
    ") STRICT;"
    "CREATE TABLE papers ("
    "  id TEXT PRIMARY KEY,"
    "  meeting TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,"
    "  item TEXT," /* of the agenda */
    "  name TEXT NOT NULL,"
    "  type TEXT NOT NULL,"
    "  bytes INTEGER NOT NULL,"
    "  pages INTEGER,"
    "  sha256 TEXT NOT NULL,"
    "  added_ms INTEGER NOT NULL,"
    "  added_by TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX papers_meeting ON papers (meeting);";
/* A seat of before was let in when it came. */
static const char lobby_sql[] =
    "ALTER TABLE seats ADD COLUMN admitted INTEGER NOT NULL DEFAULT 1;"
    "ALTER TABLE seats ADD COLUMN barred INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE seats ADD COLUMN camera_locked INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE seats ADD COLUMN shown_name TEXT;"
    "ALTER TABLE seats ADD COLUMN head_count INTEGER NOT NULL DEFAULT -1;" /* not told */
    "ALTER TABLE seats ADD COLUMN head_expected INTEGER NOT NULL DEFAULT -1;"
    "ALTER TABLE seats ADD COLUMN roll_mark INTEGER NOT NULL DEFAULT 0;" /* RollMark */
    "ALTER TABLE seats ADD COLUMN roll_reason TEXT;";

/* What is said to people goes with its meeting (a draft that is deleted) and its reader. */
static const char notices_sql[] =
    "CREATE TABLE notices ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  at_ms INTEGER NOT NULL,"
    "  kind TEXT NOT NULL,"
    "  meeting TEXT REFERENCES meetings (id) ON DELETE CASCADE,"
    "  title_vi TEXT NOT NULL,"
    "  title_en TEXT NOT NULL,"
    "  text_vi TEXT NOT NULL,"
    "  text_en TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX notices_meeting ON notices (meeting, id);"
    "CREATE INDEX notices_at ON notices (at_ms);"
    "CREATE TABLE notice_users ("
    "  user INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,"
    "  notice INTEGER NOT NULL REFERENCES notices (id) ON DELETE CASCADE,"
    "  read INTEGER NOT NULL,"
    "  PRIMARY KEY (user, notice)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX notice_users_notice ON notice_users (notice);"
    /* Of which beginning of a meeting it was said that it is near. */
    "CREATE TABLE reminders ("
    "  meeting TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,"
    "  starts_ms INTEGER NOT NULL,"
    "  minutes INTEGER NOT NULL,"
    "  PRIMARY KEY (meeting, starts_ms, minutes)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX reminders_starts ON reminders (starts_ms);";
/* Nothing in vote_voters and vote_counts has an order or a time: see vote_store.h. */
static const char votes_sql[] =
    "CREATE TABLE votes ("
    "  id TEXT NOT NULL UNIQUE,"
    "  meeting TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,"
    "  question TEXT NOT NULL,"
    "  choices TEXT NOT NULL," /* JSON list */
    "  secret INTEGER NOT NULL,"
    "  has_abstention INTEGER NOT NULL,"
    "  majority TEXT NOT NULL,"
    "  base TEXT NOT NULL,"
    "  quorum_percent INTEGER NOT NULL,"
    "  state TEXT NOT NULL,"
    "  opened_ms INTEGER NOT NULL,"
    "  closes_ms INTEGER NOT NULL,"
    "  closed_ms INTEGER NOT NULL,"
    "  eligible INTEGER NOT NULL,"
    "  quorum_met INTEGER NOT NULL,"
    "  passed INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX votes_meeting ON votes (meeting, opened_ms);"
    "CREATE TABLE vote_voters ("
    "  vote TEXT NOT NULL REFERENCES votes (id) ON DELETE CASCADE,"
    "  endpoint TEXT NOT NULL,"
    "  PRIMARY KEY (vote, endpoint)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE vote_counts ("
    "  vote TEXT NOT NULL REFERENCES votes (id) ON DELETE CASCADE,"
    "  choice INTEGER NOT NULL,"
    "  ballots INTEGER NOT NULL,"
    "  PRIMARY KEY (vote, choice)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE vote_ballots (" /* of open votes */
    "  vote TEXT NOT NULL REFERENCES votes (id) ON DELETE CASCADE,"
    "  endpoint TEXT NOT NULL,"
    "  choice INTEGER NOT NULL,"
    "  PRIMARY KEY (vote, endpoint)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE chat ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  meeting TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,"
    "  at_ms INTEGER NOT NULL,"
    "  endpoint TEXT,"
    "  name TEXT NOT NULL,"
    "  text TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX chat_meeting ON chat (meeting, id);";

static const char mails_sql[] =
    "CREATE TABLE letters ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  meeting TEXT," /* no reference: the log outlives a draft */
    "  subject TEXT NOT NULL,"
    "  text TEXT NOT NULL,"
    "  calendar TEXT,"
    "  calendar_method TEXT,"
    "  at_ms INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX letters_meeting ON letters (meeting);"
    "CREATE TABLE mails ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  letter INTEGER NOT NULL REFERENCES letters (id) ON DELETE CASCADE,"
    "  address TEXT NOT NULL,"
    "  state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),"
    "  attempts INTEGER NOT NULL,"
    "  error TEXT NOT NULL,"
    "  since_ms INTEGER NOT NULL," /* when it was written, or last sent again by hand */
    "  next_ms INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX mails_letter ON mails (letter);"
    "CREATE INDEX mails_due ON mails (state, next_ms);"
    "CREATE TABLE invitations ("
    "  meeting TEXT PRIMARY KEY REFERENCES meetings (id) ON DELETE CASCADE,"
    "  sequence INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE feeds ("
    "  token_hash TEXT PRIMARY KEY,"
    "  user INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,"
    "  unit TEXT REFERENCES units (code) ON DELETE CASCADE,"
    "  at_ms INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX feeds_user ON feeds (user);"
    "CREATE INDEX feeds_unit ON feeds (unit);";

static const char alarms_sql[] =
    "CREATE TABLE alarms ("
    "  id INTEGER PRIMARY KEY,"
    "  meeting TEXT NOT NULL," /* no reference: the history outlives both */
    "  endpoint TEXT NOT NULL,"
    "  site_name TEXT NOT NULL,"
    "  severity INTEGER NOT NULL,"
    "  kind TEXT NOT NULL,"
    "  confidence INTEGER NOT NULL,"
    "  peer TEXT,"
    "  raised_ms INTEGER NOT NULL,"
    "  changed_ms INTEGER NOT NULL,"
    "  cleared_ms INTEGER NOT NULL,"
    "  acked_by TEXT,"
    "  acked_ms INTEGER NOT NULL,"
    "  note TEXT,"
    "  is_silent INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX alarms_endpoint ON alarms (endpoint, raised_ms);"
    "CREATE INDEX alarms_meeting ON alarms (meeting, raised_ms);"
    "CREATE INDEX alarms_open ON alarms (id) WHERE cleared_ms = 0;";

/* kbit/s, 0: as much as there is; of a unit: what its rooms share */
static const char line_budgets_sql[] =
    "ALTER TABLE units ADD COLUMN down_kbps INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE units ADD COLUMN up_kbps INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE endpoints ADD COLUMN down_kbps INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE endpoints ADD COLUMN up_kbps INTEGER NOT NULL DEFAULT 0;";

/* The last run of a room counts; a row of rehearsal_sites without one has a note or a tick. */
static const char rehearsals_sql[] =
    "CREATE TABLE rehearsal_runs ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  meeting TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,"
    "  endpoint TEXT NOT NULL,"
    "  test TEXT NOT NULL,"
    "  at_ms INTEGER NOT NULL,"
    "  light TEXT NOT NULL,"
    "  advice TEXT NOT NULL," /* JSON list */
    "  result TEXT NOT NULL"  /* JSON object */
    ") STRICT;"
    "CREATE INDEX rehearsal_runs_meeting ON rehearsal_runs (meeting, endpoint, id);"
    "CREATE TABLE rehearsal_sites ("
    "  meeting TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,"
    "  endpoint TEXT NOT NULL,"
    "  last_run INTEGER REFERENCES rehearsal_runs (id),"
    "  runs INTEGER NOT NULL DEFAULT 0,"
    "  note TEXT NOT NULL DEFAULT '',"
    "  ticked_by TEXT,"
    "  ticked_ms INTEGER NOT NULL DEFAULT 0,"
    "  PRIMARY KEY (meeting, endpoint)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX rehearsal_sites_run ON rehearsal_sites (last_run);";

static const char event_subjects_sql[] = "CREATE INDEX events_subject ON events (subject, at_ms);";

/* clang-format off */
const Migration migrations[] = {
  { "tree of units and endpoints", tree_sql },
  { "users and their sessions", people_sql },
  { "meetings, seats and events", meetings_sql },
  { "addresses of mail", addresses_sql },
  { "groups of participants", groups_sql },
  { "what a running meeting is doing", live_sql },
  { "hash chains of events", chains_sql },
  { "minutes of meetings", minutes_sql },
  { "booking: agenda, resources, series, templates, papers", booking_sql },
  { "waiting room, head counts and roll call", lobby_sql },
  { "notices and reminders", notices_sql },
  { "mail, invitations, calendar feeds", mails_sql },
  { "votes and chat", votes_sql },
  { "alarms of sites", alarms_sql },
  { "what lines carry", line_budgets_sql },
  { "rehearsals: tests of rooms, notes, ticks", rehearsals_sql },
  { "events by what they are about", event_subjects_sql },
};
/* clang-format on */
const int n_migrations = G_N_ELEMENTS (migrations);
