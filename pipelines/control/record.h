/* Records: C structs that are JSON objects on the wire, both ways from one table of fields.
 *
 * A RecordType names the fields of a struct with their kind, place and bounds.  Decoding refuses
 * what is out of bounds with an error that names the path ("slots[3].ssrc: ..."); unknown members
 * are passed over, so that a newer peer can add some; a required member that is missing is an
 * error. Encoding is the reverse: an optional field that has its fallback value is left out (or
 * written as null with RECORD_NULL). It writes text at once: what a relay tells of each transport
 * every second costs a tenth of what a tree of json_t does.
 *
 * What the kinds are in C, after decoding:
 *   string        char *                 NULL when missing or null
 *   int           int, guint, gint64, guint32, guint16, guint8 (the size is taken from the member)
 *   bool          gboolean
 *   enum          an enum or int: index into names
 *   flags         guint: bit n = names[n]; on the wire a list of names
 *   string list   char **                never NULL
 *   uint list     GArray * of guint32    never NULL
 *   record        T *                    NULL when missing or null
 *   record list   GPtrArray * of T *     never NULL, frees its members
 * In a struct made by hand, NULL lists count as empty; record_new () makes one with all fallbacks.
 * Pure: any thread, no state. */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stddef.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_t, json_decref)

typedef enum {
  RECORD_STRING,
  RECORD_INT,
  RECORD_BOOL,
  RECORD_ENUM,
  RECORD_FLAGS,
  RECORD_STRING_LIST,
  RECORD_UINT_LIST,
  RECORD_RECORD,
  RECORD_RECORD_LIST,
} RecordKind;

typedef enum {
  RECORD_OPTIONAL = 0,
  RECORD_REQUIRED = 1 << 0, /* must be present when decoding; always written when encoding */
  RECORD_NULL = 1 << 1,     /* the fallback is written as null instead of left out; null is taken
                               as the fallback even where the field is required */
  RECORD_ID = 1 << 2,       /* string: only [A-Za-z0-9._:/-] */
} RecordFlags;

typedef struct RecordType RecordType;

typedef struct {
  const char *name; /* JSON member, written as it stands */
  RecordKind kind;
  guint flags; /* RecordFlags */
  guint16 offset;
  guint16 size;
  gint64 min;      /* int: least value; string: least bytes; list: least items */
  gint64 max;      /* int: greatest; string: most bytes; list: most items */
  gint64 item_max; /* string list: most bytes of an item */
  gint64 fallback; /* int, bool, enum, flags: value when missing */
  const char *const *names;
  const RecordType *type;
} RecordField;

struct RecordType {
  const char *name;
  gsize size;
  const RecordField *fields; /* ends with a row whose name is NULL */
  GDestroyNotify destroy;    /* record_free () of this type, for lists */
  gboolean tuple;            /* on the wire an array of the fields' values, in their order */
};

/* Rows of a field table.  T = struct, m = member and JSON name, f = RecordFlags. */
#define RECORD_FIELD_BASE(T, m, k, f)                                                              \
  .name = #m, .kind = k, .flags = f, .offset = offsetof (T, m), .size = sizeof (((T *) 0)->m)
#define RECORD_FIELD_STRING(T, m, f, min_bytes, max_bytes)                                         \
  {                                                                                                \
    RECORD_FIELD_BASE (T, m, RECORD_STRING, f), .min = min_bytes, .max = max_bytes                 \
  }
#define RECORD_FIELD_INT(T, m, f, least, most, otherwise)                                          \
  {                                                                                                \
    RECORD_FIELD_BASE (T, m, RECORD_INT, f), .min = least, .max = most, .fallback = otherwise      \
  }
#define RECORD_FIELD_BOOL(T, m, f, otherwise)                                                      \
  {                                                                                                \
    RECORD_FIELD_BASE (T, m, RECORD_BOOL, f), .fallback = otherwise                                \
  }
#define RECORD_FIELD_ENUM(T, m, f, name_table, otherwise)                                          \
  {                                                                                                \
    RECORD_FIELD_BASE (T, m, RECORD_ENUM, f), .names = name_table, .fallback = otherwise           \
  }
#define RECORD_FIELD_FLAGS(T, m, f, name_table)                                                    \
  {                                                                                                \
    RECORD_FIELD_BASE (T, m, RECORD_FLAGS, f), .names = name_table                                 \
  }
#define RECORD_FIELD_STRING_LIST(T, m, f, max_items, max_bytes)                                    \
  {                                                                                                \
    RECORD_FIELD_BASE (T, m, RECORD_STRING_LIST, f), .max = max_items, .item_max = max_bytes       \
  }
#define RECORD_FIELD_UINT_LIST(T, m, f, max_items)                                                 \
  {                                                                                                \
    RECORD_FIELD_BASE (T, m, RECORD_UINT_LIST, f), .max = max_items                                \
  }
#define RECORD_FIELD_RECORD(T, m, f, record_type)                                                  \
  {                                                                                                \
    RECORD_FIELD_BASE (T, m, RECORD_RECORD, f), .type = record_type                                \
  }
#define RECORD_FIELD_RECORD_LIST(T, m, f, record_type, max_items)                                  \
  {                                                                                                \
    RECORD_FIELD_BASE (T, m, RECORD_RECORD_LIST, f), .max = max_items, .type = record_type         \
  }
#define RECORD_FIELDS_END                                                                          \
  {                                                                                                \
    .name = NULL                                                                                   \
  }

/* In a header: declares `<prefix>_type`, `<prefix>_new ()`, `<prefix>_free ()` and g_autoptr (T).
 */
#define RECORD_DECLARE(T, prefix)                                                                  \
  extern const RecordType prefix##_type;                                                           \
  static inline G_GNUC_UNUSED T *prefix##_new (void)                                               \
  {                                                                                                \
    return (T *) record_new (&prefix##_type);                                                      \
  }                                                                                                \
  static inline G_GNUC_UNUSED void prefix##_free (T *record)                                       \
  {                                                                                                \
    record_free (&prefix##_type, record);                                                          \
  }                                                                                                \
  G_DEFINE_AUTOPTR_CLEANUP_FUNC (T, prefix##_free)
/* In a .c file, after `static const RecordField <prefix>_fields[]`. */
#define RECORD_DEFINE_FULL(T, prefix, is_tuple)                                                    \
  static void prefix##_destroy (gpointer record)                                                   \
  {                                                                                                \
    record_free (&prefix##_type, record);                                                          \
  }                                                                                                \
  const RecordType prefix##_type = { .name = #T,                                                   \
                                     .size = sizeof (T),                                           \
                                     .fields = prefix##_fields,                                    \
                                     .destroy = prefix##_destroy,                                  \
                                     .tuple = is_tuple }
#define RECORD_DEFINE(T, prefix) RECORD_DEFINE_FULL (T, prefix, FALSE)
/* On the wire a list of the fields' values, in their order. */
#define RECORD_DEFINE_TUPLE(T, prefix) RECORD_DEFINE_FULL (T, prefix, TRUE)

#define RECORD_ERROR (record_error_quark ())
typedef enum {
  RECORD_ERROR_SYNTAX,  /* not JSON, not an object, too long, too deep */
  RECORD_ERROR_MISSING, /* a required member is not there */
  RECORD_ERROR_VALUE,   /* wrong type or out of bounds */
} RecordError;
GQuark record_error_quark (void);

/* A record with every fallback value and empty lists.  (transfer full) */
gpointer record_new (const RecordType *type);
/* Frees the record and all it holds.  NULL is fine. */
void record_free (const RecordType *type, gpointer record);
/* (transfer full) */
gpointer record_copy (const RecordType *type, gconstpointer record);

/* A new list for a member of kind record list: of @type, freeing its members. */
GPtrArray *record_list_new (const RecordType *type);

/* On success *@ret_record is new (transfer full); on failure it is untouched. */
gboolean record_decode (const RecordType *type, const json_t *json, gpointer *ret_record,
                        GError **error);
/* Parses @len bytes of UTF-8 JSON text whose top is an object.  Longer than @max_bytes, nested
 * deeper than 16 or with a member twice: RECORD_ERROR_SYNTAX.  *@ret_json (transfer full). */
gboolean record_parse_text (const char *text, gsize len, gsize max_bytes, json_t **ret_json,
                            GError **error);
/* Text and record in one step. */
gboolean record_decode_text (const RecordType *type, const char *text, gsize len, gsize max_bytes,
                             gpointer *ret_record, GError **error);
/* Writes the record behind @text, as compact JSON.  FALSE, and @text as it was, only if a required
 * string or record is NULL or a string is no UTF-8, which is a programming error and logged as
 * critical. */
gboolean record_append_text (GString *text, const RecordType *type, gconstpointer record);
/* That text by itself, NUL-terminated; (transfer full), free with g_free. */
char *record_encode_text (const RecordType *type, gconstpointer record, gsize *ret_len);
/* That text parsed, where JSON is to be worked on; (transfer full). */
json_t *record_encode (const RecordType *type, gconstpointer record);

/* TRUE if @text is 1..@max_bytes characters of [A-Za-z0-9._:/-]. */
gboolean record_is_id (const char *text, gsize max_bytes);

G_END_DECLS
