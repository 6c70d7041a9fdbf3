/* Bounds on what may be stored, each tested at the limit and one past it.  Lengths are in
 * characters unless the name says bytes. */
#pragma once

#define UNIT_CODE_MAX 32            /* bytes; the official codes have two or five digits */
#define UNIT_DEPTH_MAX 8            /* central to hamlet is five; a cycle is longer than any tree */
#define UNIT_LEVEL_MAX 32           /* bytes */
#define NAME_MAX_CHARS 200          /* names of units, endpoints, people */
#define PHONE_MAX_CHARS 40          /* "0237 3852 246 (máy lẻ 12)" */
#define LOGIN_MAX 64                /* bytes */
#define EMAIL_MAX 254               /* bytes; RFC 5321: a path of 256 with its angle brackets */
#define EVENT_DETAIL_MAX_CHARS 8000 /* a vote: question, ten choices, their counts */
#define GROUPS_PER_UNIT_MAX 200     /* a list that a person still reads */
#define GROUP_MEMBERS_MAX 4000      /* as many as one meeting invites */
#define ENDPOINTS_PER_UNIT_MAX 999  /* the n of `<unit>-<n>` */
#define CSV_MAX_BYTES (16 * 1024 * 1024)
#define CSV_FIELD_MAX_BYTES 1024
#define CSV_FIELDS_MAX 64
#define CSV_FAULTS_MAX 100 /* as many as a person corrects before trying again */
#define SEARCH_QUERY_MAX_CHARS 100
#define LIST_LIMIT_MAX 10000               /* rows of one answer */
#define SESSION_DATA_MAX_BYTES (64 * 1024) /* of a media session, opaque */
#define RESOURCES_PER_UNIT_MAX 500
#define RESOURCE_NOTE_MAX_CHARS 500
#define TEMPLATES_PER_UNIT_MAX 100
#define TEMPLATES_LISTED_MAX 500
#define TEMPLATE_BODY_MAX_BYTES (256 * 1024) /* a national conference by its 4,000 rooms */
#define PAPERS_PER_MEETING_MAX 200
