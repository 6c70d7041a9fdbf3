/* What the HTTP surface answers when it refuses: application/problem+json (RFC 9457) in Vietnamese
 * (title, detail) and English (title_en, detail_en), with a code that programs may switch on.
 *
 * Pure data and JSON; any thread.  signaling's problems come as they are; those of storage, auth
 * and the record codec are mapped here, so that no handler invents a text. */
#pragma once

#include <glib.h>
#include <jansson.h>

#include "signaling/protocol/problem.h"

typedef enum {
  HTTP_PROBLEM_INTERNAL,
  HTTP_PROBLEM_NO_ROUTE,
  HTTP_PROBLEM_METHOD,
  HTTP_PROBLEM_TARGET_TOO_LONG,
  HTTP_PROBLEM_HEADERS_TOO_LARGE,
  HTTP_PROBLEM_BODY_TOO_LARGE,
  HTTP_PROBLEM_FILE_TOO_LARGE,
  HTTP_PROBLEM_FILE_TYPE,
  HTTP_PROBLEM_QUOTA,
  HTTP_PROBLEM_NO_SPACE,
  HTTP_PROBLEM_CONTENT_TYPE,
  HTTP_PROBLEM_NOT_ACCEPTABLE,
  HTTP_PROBLEM_JSON,
  HTTP_PROBLEM_FIELD,
  HTTP_PROBLEM_SIGN_IN,
  HTTP_PROBLEM_TOKEN,
  HTTP_PROBLEM_TOKEN_EXPIRED,
  HTTP_PROBLEM_FORBIDDEN,
  HTTP_PROBLEM_CSRF,
  HTTP_PROBLEM_ORIGIN,
  HTTP_PROBLEM_CREDENTIALS,
  HTTP_PROBLEM_LOCKED,
  HTTP_PROBLEM_THROTTLED,
  HTTP_PROBLEM_BUSY,
  HTTP_PROBLEM_PASSWORD_WEAK,
  HTTP_PROBLEM_PASSWORD_WRONG,
  HTTP_PROBLEM_NOT_FOUND,
  HTTP_PROBLEM_EXISTS,
  HTTP_PROBLEM_IN_USE,
  HTTP_PROBLEM_CONFLICT,
  HTTP_PROBLEM_CLASH,
  HTTP_PROBLEM_LAST_ADMINISTRATOR,
  HTTP_PROBLEM_SELF,
  HTTP_PROBLEM_WEBSOCKET,
  HTTP_PROBLEM_ROOMS_FULL,
  HTTP_PROBLEM_STOPPING,
  HTTP_PROBLEM_TOO_OFTEN,
  HTTP_PROBLEM_MAIL_OFF,
  N_HTTP_PROBLEMS
} HttpProblem;

/* Never NULL. */
const ProblemText *http_problem_text (HttpProblem problem);
/* What a GError of storage, auth, signaling or the record codec means to a client. */
const ProblemText *http_problem_of_error (const GError *error);

/* The body.  @field (the member at fault) and @detail_en (in place of the English text) may be
 * NULL.  transfer full. */
json_t *http_problem_to_json (const ProblemText *problem, const char *field, const char *detail_en);
