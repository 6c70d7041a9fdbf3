#include "signaling/protocol/problem.h"

G_DEFINE_QUARK (diemcau - signaling - problem, signaling_problem)

/* clang-format off */
static const ProblemText problem_texts[N_PROBLEMS] = {
  [PROBLEM_INTERNAL] = { "internal", 500,
    "Máy chủ gặp lỗi. Hãy thử lại, nếu vẫn lỗi hãy báo kỹ thuật trung tâm.",
    "The server failed. Try again, and tell the central technician if it persists." },
  [PROBLEM_MESSAGE_MALFORMED] = { "message.malformed", 400,
    "Thông điệp không đúng định dạng.", "The message is malformed." },
  [PROBLEM_MESSAGE_UNKNOWN] = { "message.unknown", 400,
    "Loại thông điệp không được hỗ trợ.", "This type of message is unknown." },
  [PROBLEM_MESSAGE_TOO_LARGE] = { "message.too_large", 413,
    "Thông điệp quá lớn.", "The message is too large." },
  [PROBLEM_MESSAGE_TOO_MANY] = { "message.too_many", 429,
    "Quá nhiều thông điệp trong một giây.", "Too many messages in one second." },
  [PROBLEM_NOT_JOINED] = { "room.not_joined", 409,
    "Điểm cầu chưa vào phiên họp.", "The room has not joined the meeting yet." },
  [PROBLEM_ALREADY_JOINED] = { "room.already_joined", 409,
    "Điểm cầu đã ở trong phiên họp.", "The room has already joined the meeting." },
  [PROBLEM_NOT_ALLOWED] = { "right.missing", 403,
    "Bạn không có quyền làm việc này.", "You do not have the right to do this." },
  [PROBLEM_MIC_LOCKED] = { "mic.locked", 403,
    "Chủ tọa đang tắt mic của điểm cầu này.", "The chair keeps this room's microphone closed." },
  [PROBLEM_CONTENT_BUSY] = { "content.busy", 409,
    "Một điểm cầu khác đang trình chiếu.", "Another room is sharing content." },
  [PROBLEM_SEAT_UNKNOWN] = { "seat.unknown", 404,
    "Không có điểm cầu này trong phiên họp.", "There is no such room in this meeting." },
  [PROBLEM_BUSY] = { "media.busy", 409,
    "Lời mời hình tiếng trước còn đang được xử lý.",
    "The previous offer is still being answered." },
  [PROBLEM_MEETING_UNKNOWN] = { "meeting.unknown", 404,
    "Không có phiên họp này.", "There is no such meeting." },
  [PROBLEM_MEETING_NOT_OPEN] = { "meeting.not_open", 409,
    "Phiên họp chưa mở hoặc đã kết thúc.", "The meeting is not open yet, or is over." },
  [PROBLEM_MEETING_FULL] = { "meeting.full", 503,
    "Máy chủ đã đủ số kết nối cho phép. Hãy liên hệ kỹ thuật trung tâm.",
    "The server has reached its number of connections. Call the central technician." },
  [PROBLEM_NOT_INVITED] = { "meeting.not_invited", 403,
    "Điểm cầu này không có trong thành phần mời họp.", "This room is not invited to the meeting." },
  [PROBLEM_SEAT_TAKEN] = { "seat.taken", 409,
    "Điểm cầu này đang dùng thiết bị khác trong phiên họp.",
    "This room is already in the meeting with another device." },
  [PROBLEM_STATE_FORBIDDEN] = { "meeting.state", 409,
    "Không thể chuyển phiên họp sang trạng thái này.", "The meeting cannot take this state." },
  [PROBLEM_REASON_MISSING] = { "meeting.reason", 422,
    "Hoãn hoặc huỷ phiên họp phải có lý do.",
    "Postponing or cancelling a meeting needs a reason." },
  [PROBLEM_SCHEDULE_INVALID] = { "meeting.invalid", 422,
    "Thông tin phiên họp chưa đúng.", "The details of the meeting are not right." },
  [PROBLEM_STORAGE] = { "storage", 500,
    "Không lưu được dữ liệu, thao tác chưa được thực hiện. Hãy báo kỹ thuật trung tâm.",
    "The data could not be stored, so nothing was done. Tell the central technician." },
  [PROBLEM_MEDIA_UNAVAILABLE] = { "media.unavailable", 503,
    "Máy chủ hình tiếng chưa sẵn sàng, hãy thử lại sau vài giây.",
    "The media server is not ready; try again in a few seconds." },
  [PROBLEM_SESSION_UNKNOWN] = { "session.unknown", 404,
    "Phiên kết nối này không còn.", "This session does not exist any more." },
  [PROBLEM_ETAG_MISMATCH] = { "session.etag", 412,
    "Phiên kết nối đã thay đổi (ETag không khớp).", "The session has changed (ETag mismatch)." },
  [PROBLEM_ETAG_MISSING] = { "session.etag_missing", 428,
    "Thiếu tiêu đề If-Match.", "The If-Match header is missing." },
  [PROBLEM_TRANSPORT_UNKNOWN] = { "media.transport_unknown", 409,
    "Kết nối hình tiếng cũ không còn, hãy nối lại từ đầu.",
    "The former media connection is gone; start a new one." },
  [PROBLEM_SDP_TOO_LARGE] = { "sdp.too_large", 413,
    "Bản mô tả phiên (SDP) quá lớn.", "The session description (SDP) is too large." },
  [PROBLEM_SDP_MALFORMED] = { "sdp.malformed", 400,
    "Bản mô tả phiên (SDP) không đúng định dạng.", "The session description (SDP) is malformed." },
  [PROBLEM_SDP_LIMIT] = { "sdp.limit", 422,
    "Bản mô tả phiên (SDP) có quá nhiều dòng hoặc ứng viên.",
    "The session description (SDP) has too many lines or candidates." },
  [PROBLEM_SDP_NO_BUNDLE] = { "sdp.no_bundle", 422,
    "Thiết bị phải gộp hình và tiếng vào một kết nối (BUNDLE).",
    "The device must put picture and sound on one transport (BUNDLE)." },
  [PROBLEM_SDP_NO_RTCP_MUX] = { "sdp.no_rtcp_mux", 422,
    "Thiết bị phải hỗ trợ rtcp-mux.", "The device must support rtcp-mux." },
  [PROBLEM_SDP_NO_ICE] = { "sdp.no_ice", 422,
    "Bản mô tả phiên (SDP) thiếu thông tin ICE.", "The offer has no ICE credentials." },
  [PROBLEM_SDP_NO_FINGERPRINT] = { "sdp.no_fingerprint", 422,
    "Bản mô tả phiên (SDP) thiếu dấu vân tay chứng thư (SHA-256 trở lên).",
    "The offer has no certificate fingerprint (SHA-256 or better)." },
  [PROBLEM_SDP_SETUP] = { "sdp.setup", 422,
    "Vai trò DTLS (a=setup) không hợp lệ.", "The DTLS role (a=setup) is not valid." },
  [PROBLEM_SDP_NO_CODEC] = { "sdp.no_codec", 422,
    "Thiết bị không có chuẩn nén chung với hệ thống (Opus; VP8, H.264, VP9, AV1).",
    "The device shares no codec with the system (Opus; VP8, H.264, VP9, AV1)." },
  [PROBLEM_SDP_DIRECTION] = { "sdp.direction", 422,
    "Chiều hình tiếng trong bản mô tả phiên (SDP) không hợp với loại kết nối này.",
    "The directions in the offer do not suit this kind of connection." },
  [PROBLEM_SDP_LINES] = { "sdp.lines", 422,
    "Vai trò của các dòng m= không khớp với bản mô tả phiên (SDP).",
    "The roles of the m-lines do not match the offer." },
};
/* clang-format on */

const ProblemText *
problem_text (Problem problem)
{
  if ((guint) problem >= N_PROBLEMS)
    problem = PROBLEM_INTERNAL;
  return &problem_texts[problem];
}

const ProblemText *
problem_describe (const GError *error)
{
  if (error == NULL || error->domain != SIGNALING_PROBLEM)
    return problem_text (PROBLEM_INTERNAL);
  return problem_text ((Problem) error->code);
}
