#include "server/http/http_problem.h"

#include "pipelines/control/record.h"
#include "server/auth/auth_error.h"
#include "server/storage/storage_error.h"

static const ProblemText problems[N_HTTP_PROBLEMS] = {
  [HTTP_PROBLEM_INTERNAL] = { "internal", 500,
                              "Máy chủ gặp lỗi. Hãy thử lại; nếu vẫn lỗi, hãy báo kỹ thuật.",
                              "The server met a fault. Try again; if it stays, tell the "
                              "technician." },
  [HTTP_PROBLEM_NO_ROUTE] = { "no_route", 404, "Không có địa chỉ này.",
                              "There is nothing at this address." },
  [HTTP_PROBLEM_METHOD] = { "method", 405, "Địa chỉ này không nhận phương thức đó.",
                            "This address does not take that method." },
  [HTTP_PROBLEM_TARGET_TOO_LONG] = { "target_too_long", 414, "Địa chỉ yêu cầu quá dài.",
                                     "The address asked for is too long." },
  [HTTP_PROBLEM_HEADERS_TOO_LARGE] = { "headers_too_large", 431, "Phần đầu của yêu cầu quá lớn.",
                                       "The headers of the request are too large." },
  [HTTP_PROBLEM_BODY_TOO_LARGE] = { "body_too_large", 413, "Nội dung gửi lên quá lớn.",
                                    "The body is too large." },
  [HTTP_PROBLEM_FILE_TOO_LARGE] = { "file_too_large", 413,
                                    "Tệp lớn hơn 50 MB. Hãy nén lại hoặc chia nhỏ.",
                                    "The file is larger than 50 MB. Compress or split it." },
  [HTTP_PROBLEM_FILE_TYPE] = { "file_type", 415,
                               "Loại tệp này không nhận. Hãy dùng PDF, Word, Excel, PowerPoint, "
                               "OpenDocument, PNG, JPEG, văn bản thuần hoặc ZIP.",
                               "This kind of file is not taken. Use PDF, Word, Excel, PowerPoint, "
                               "OpenDocument, PNG, JPEG, plain text or ZIP." },
  [HTTP_PROBLEM_QUOTA] = { "quota", 413,
                           "Tài liệu của phiên họp đã hết dung lượng cho phép. Hãy xoá bớt tài "
                           "liệu cũ.",
                           "The papers of this meeting have used up their space. Remove some." },
  [HTTP_PROBLEM_NO_SPACE] = { "no_space", 503,
                              "Máy chủ không ghi được tệp. Hãy báo kỹ thuật kiểm tra ổ đĩa.",
                              "The server cannot write the file. Tell the technician to check "
                              "its disk." },
  [HTTP_PROBLEM_CONTENT_TYPE] = { "content_type", 415,
                                  "Loại nội dung gửi lên không dùng được ở đây.",
                                  "The body's content type is not the one used here." },
  [HTTP_PROBLEM_NOT_ACCEPTABLE] = { "not_acceptable", 406,
                                    "Không trả lời được ở dạng mà bên yêu cầu chấp nhận.",
                                    "No answer can be given in a form the client accepts." },
  [HTTP_PROBLEM_JSON] = { "bad_json", 400, "Nội dung gửi lên không đọc được.",
                          "The body cannot be read as JSON." },
  [HTTP_PROBLEM_FIELD] = { "bad_field", 422, "Một mục còn thiếu hoặc không hợp lệ.",
                           "A field is missing or not acceptable." },
  [HTTP_PROBLEM_SIGN_IN] = { "sign_in", 401, "Hãy đăng nhập.", "Sign in first." },
  [HTTP_PROBLEM_TOKEN] = { "token", 401, "Mã truy cập không đúng.",
                           "The access token is not valid." },
  [HTTP_PROBLEM_TOKEN_EXPIRED] = { "token_expired", 401, "Mã truy cập đã hết hạn. Hãy xin mã mới.",
                                   "The access token is too old. Ask for a new one." },
  [HTTP_PROBLEM_FORBIDDEN] = { "forbidden", 403, "Bạn không có quyền làm việc này.",
                               "You have no right to do this." },
  [HTTP_PROBLEM_CSRF] = { "csrf", 403, "Phiên làm việc đã thay đổi. Hãy tải lại trang.",
                          "The session has changed. Reload the page." },
  [HTTP_PROBLEM_ORIGIN] = { "origin", 403, "Yêu cầu đến từ một trang khác.",
                            "The request comes from another site." },
  [HTTP_PROBLEM_CREDENTIALS] = { "credentials", 401, "Sai tên đăng nhập hoặc mật khẩu.",
                                 "The login or the password is wrong." },
  [HTTP_PROBLEM_LOCKED] = { "locked_out", 429,
                            "Tài khoản bị khoá tạm thời vì nhập sai nhiều lần. Hãy đợi một lúc, "
                            "hoặc nhờ người quản trị mở khoá.",
                            "The account is locked for a while after too many wrong tries. Wait "
                            "a little, or ask the administrator to unlock it." },
  [HTTP_PROBLEM_THROTTLED] = { "throttled", 429,
                               "Có quá nhiều lần đăng nhập sai từ địa chỉ này. Hãy đợi một lát.",
                               "There were too many bad log-ins from this address. Wait a "
                               "little." },
  [HTTP_PROBLEM_BUSY] = { "busy", 503, "Máy chủ đang bận. Hãy thử lại sau vài giây.",
                          "The server is busy. Try again in a few seconds." },
  [HTTP_PROBLEM_PASSWORD_WEAK] = { "password_weak", 422,
                                   "Mật khẩu phải có ít nhất 8 ký tự và không chứa tên đăng nhập.",
                                   "A password has at least 8 characters and does not contain the "
                                   "login." },
  [HTTP_PROBLEM_PASSWORD_WRONG] = { "password_wrong", 403, "Mật khẩu hiện tại không đúng.",
                                    "The current password is wrong." },
  [HTTP_PROBLEM_NOT_FOUND] = { "not_found", 404, "Không tìm thấy.", "There is no such thing." },
  [HTTP_PROBLEM_EXISTS] = { "exists", 409, "Mã hoặc tên này đã có.",
                            "This code or name is taken." },
  [HTTP_PROBLEM_IN_USE] = { "in_use", 409, "Không xoá được vì còn nơi đang dùng.",
                            "It cannot be removed: something still hangs on it." },
  [HTTP_PROBLEM_CONFLICT] = { "conflict", 409,
                              "Trạng thái hiện tại không cho phép. Hãy tải lại trang.",
                              "The present state does not allow it. Reload the page." },
  [HTTP_PROBLEM_CLASH] = { "clash", 409,
                           "Phòng của chủ tọa hoặc hội trường, thiết bị đã có phiên họp khác vào "
                           "giờ này. Hãy chọn giờ khác.",
                           "The chair's room or a hall or piece of equipment has another meeting "
                           "at this time. Choose another time." },
  [HTTP_PROBLEM_LAST_ADMINISTRATOR] = { "last_administrator", 409,
                                        "Phải còn ít nhất một người quản trị toàn hệ thống.",
                                        "One administrator of everything must remain." },
  [HTTP_PROBLEM_SELF] = { "self", 409, "Không thể tự xoá hoặc tự khoá tài khoản của mình.",
                          "One cannot remove or disable one's own account." },
  [HTTP_PROBLEM_WEBSOCKET] = { "websocket", 400, "Địa chỉ này chỉ dùng cho kết nối WebSocket.",
                               "This address is only for a WebSocket of its sub-protocol." },
  [HTTP_PROBLEM_ROOMS_FULL] = { "rooms_full", 503,
                                "Máy chủ đã đủ số điểm cầu kết nối. Hãy báo kỹ thuật trung tâm.",
                                "The server has as many rooms connected as it may. Tell the "
                                "central technician." },
  [HTTP_PROBLEM_TOO_OFTEN] = { "too_often", 429,
                               "Có quá nhiều yêu cầu từ địa chỉ này. Hãy đợi một "
                               "lát.",
                               "There were too many requests from this address. Wait a little." },
  [HTTP_PROBLEM_MAIL_OFF] = { "mail_off", 409,
                              "Chưa đặt máy chủ thư. Hãy đặt mail.server và mail.from ở trang Cài "
                              "đặt.",
                              "No mail server is set. Set mail.server and mail.from on the page "
                              "Settings." },
  [HTTP_PROBLEM_STOPPING] = { "stopping", 503, "Máy chủ đang khởi động lại. Hãy thử lại ngay.",
                              "The server is restarting. Try again at once." },
};

static const struct {
  guint status;
  const char *vi, *en;
} titles[] = {
  { 400, "Yêu cầu không đọc được", "Bad request" },
  { 401, "Chưa đăng nhập", "Not signed in" },
  { 403, "Không có quyền", "Forbidden" },
  { 404, "Không tìm thấy", "Not found" },
  { 405, "Phương thức không dùng được", "Method not allowed" },
  { 406, "Không đáp ứng được", "Not acceptable" },
  { 409, "Trạng thái không cho phép", "Conflict" },
  { 412, "Đã thay đổi", "Precondition failed" },
  { 413, "Nội dung quá lớn", "Content too large" },
  { 414, "Địa chỉ quá dài", "URI too long" },
  { 415, "Sai loại nội dung", "Unsupported media type" },
  { 422, "Nội dung không hợp lệ", "Unprocessable content" },
  { 428, "Thiếu điều kiện", "Precondition required" },
  { 429, "Quá nhiều lần thử", "Too many requests" },
  { 431, "Phần đầu quá lớn", "Header fields too large" },
  { 503, "Tạm thời không phục vụ được", "Service unavailable" },
  { 500, "Lỗi máy chủ", "Internal server error" }, /* also of any status not above */
};

const ProblemText *
http_problem_text (HttpProblem problem)
{
  g_return_val_if_fail (problem < N_HTTP_PROBLEMS, &problems[HTTP_PROBLEM_INTERNAL]);
  return &problems[problem];
}

static HttpProblem
http_problem_of_storage (int code)
{
  switch (code) {
  case STORAGE_ERROR_NOT_FOUND:
    return HTTP_PROBLEM_NOT_FOUND;
  case STORAGE_ERROR_EXISTS:
    return HTTP_PROBLEM_EXISTS;
  case STORAGE_ERROR_INVALID:
    return HTTP_PROBLEM_FIELD;
  case STORAGE_ERROR_IN_USE:
    return HTTP_PROBLEM_IN_USE;
  case STORAGE_ERROR_CONFLICT:
    return HTTP_PROBLEM_CONFLICT;
  default:
    return HTTP_PROBLEM_INTERNAL;
  }
}

static HttpProblem
http_problem_of_auth (int code)
{
  switch (code) {
  case AUTH_ERROR_CREDENTIALS:
    return HTTP_PROBLEM_CREDENTIALS;
  case AUTH_ERROR_LOCKED:
    return HTTP_PROBLEM_LOCKED;
  case AUTH_ERROR_THROTTLED:
    return HTTP_PROBLEM_THROTTLED;
  case AUTH_ERROR_BUSY:
    return HTTP_PROBLEM_BUSY;
  case AUTH_ERROR_WEAK:
    return HTTP_PROBLEM_PASSWORD_WEAK;
  case AUTH_ERROR_TOKEN:
    return HTTP_PROBLEM_TOKEN;
  case AUTH_ERROR_EXPIRED:
    return HTTP_PROBLEM_TOKEN_EXPIRED;
  default:
    return HTTP_PROBLEM_INTERNAL;
  }
}

const ProblemText *
http_problem_of_error (const GError *error)
{
  if (error->domain == SIGNALING_PROBLEM)
    return problem_describe (error);
  if (error->domain == STORAGE_ERROR)
    return &problems[http_problem_of_storage (error->code)];
  if (error->domain == AUTH_ERROR)
    return &problems[http_problem_of_auth (error->code)];
  if (error->domain == RECORD_ERROR)
    return &problems[error->code == RECORD_ERROR_SYNTAX ? HTTP_PROBLEM_JSON : HTTP_PROBLEM_FIELD];
  return &problems[HTTP_PROBLEM_INTERNAL];
}

json_t *
http_problem_to_json (const ProblemText *problem, const char *field, const char *detail_en)
{
  gsize i = 0;
  while (i < G_N_ELEMENTS (titles) - 1 && titles[i].status != problem->http_status)
    i++;
  g_autofree char *type = g_strconcat ("urn:diemcau:problem:", problem->code, NULL);
  return json_pack ("{s:s, s:s, s:s, s:i, s:s, s:s, s:s, s:s*}", "type", type, "title",
                    titles[i].vi, "title_en", titles[i].en, "status", (int) problem->http_status,
                    "code", problem->code, "detail", problem->vi, "detail_en",
                    detail_en ? detail_en : problem->en, "field", field);
}
