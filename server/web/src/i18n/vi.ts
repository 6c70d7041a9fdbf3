import { adminVi } from './admin';
import { afterVi } from './after';
import { boardVi } from './board';
import { controlVi } from './control';
import { deskVi } from './desk';
import { lineReportVi } from './line-report';
import { rehearsalVi } from './rehearsal';
import { roomVi } from './room';

export const vi = {
  app: {
    name: 'Điểm cầu',
    tagline: 'Họp trực tuyến của cơ quan, từ tỉnh đến xã',
    retry: 'Thử lại',
    time: 'Lúc',
    back: 'Quay lại',
    home: 'Về trang chính',
    cancel: 'Không',
    close: 'Đóng',
    save: 'Lưu',
    delete: 'Xoá',
    loading: 'Đang tải…',
    language: 'Ngôn ngữ',
    theme: 'Giao diện sáng hoặc tối',
    light: 'Sáng',
    dark: 'Tối',
    signOut: 'Đăng xuất',
    menu: 'Trình đơn',
    search: 'Tìm…',
    clearSearch: 'Xoá ô tìm',
    skip: 'Đến nội dung chính',
    keys: 'Phím tắt',
    stale: 'Số liệu chưa cập nhật được, đang thử lại…',
    unreachable: 'Không liên lạc được với máy chủ. Hãy kiểm tra dây mạng rồi bấm Thử lại.',
    unknownError: 'Máy chủ báo lỗi. Hãy thử lại; nếu vẫn lỗi, gọi kỹ thuật trung tâm.',
    none: 'Chưa có gì ở đây',
  },
  nav: { board: 'Kỹ thuật', statistics: 'Thống kê', lists: 'Danh mục', meetings: 'Phiên họp', admin: 'Quản trị', check: 'Thử thiết bị', home: 'Trang chính' },
  role: { administrator: 'Quản trị', secretary: 'Thư ký', technician: 'Kỹ thuật', endpoint: 'Điểm cầu' },
  notFound: {
    title: 'Không có trang này',
    text: 'Địa chỉ bị gõ sai, hoặc phiên họp đã được chuyển đi. Hãy về trang chính.',
  },
  noRight: {
    title: 'Tài khoản này không được xem trang này',
    text: 'Hãy đăng nhập bằng tài khoản khác, hoặc đề nghị quản trị viên của đơn vị cấp quyền.',
  },
  signIn: {
    title: 'Đăng nhập',
    user: 'Tên đăng nhập',
    password: 'Mật khẩu',
    submit: 'Đăng nhập',
    wrong: 'Tên đăng nhập hoặc mật khẩu không đúng. Hãy gõ lại; chú ý phím Caps Lock và bộ gõ tiếng Việt.',
    help: 'Quên mật khẩu? Hãy gọi quản trị viên của đơn vị.',
  },
  state: {
    draft: 'Bản nháp',
    rehearsal: 'Đang thử kỹ thuật',
    scheduled: 'Đã đặt',
    open: 'Đã mở phòng',
    live: 'Đang họp',
    ended: 'Đã kết thúc',
    postponed: 'Đã hoãn',
    cancelled: 'Đã huỷ',
  },
  light: { good: 'tốt', fair: 'yếu', bad: 'hỏng', absent: 'vắng' },
  ...adminVi,
  ...afterVi,
  ...boardVi,
  ...controlVi,
  ...deskVi,
  ...lineReportVi,
  ...rehearsalVi,
  ...roomVi,
};

export type Messages = typeof vi;
