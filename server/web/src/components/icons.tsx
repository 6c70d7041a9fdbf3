import type { ReactNode } from 'react';

interface IconProps {
  size?: number;
}

function Icon({ size = 24, children }: IconProps & { children: ReactNode }): ReactNode {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={2}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

const mic = (
  <>
    <rect x="9" y="3" width="6" height="11" rx="3" />
    <path d="M5 11a7 7 0 0 0 14 0M12 18v3" />
  </>
);
const camera = (
  <>
    <rect x="2" y="6" width="13" height="12" rx="2" />
    <path d="M15 10.500l6-3v9l-6-3z" />
  </>
);
const slash = <path d="M3 3l18 18" />;

export const MicIcon = (p: IconProps): ReactNode => <Icon {...p}>{mic}</Icon>;
export const MicOffIcon = (p: IconProps): ReactNode => (
  <Icon {...p}>
    {mic}
    {slash}
  </Icon>
);
export const CameraIcon = (p: IconProps): ReactNode => <Icon {...p}>{camera}</Icon>;
export const CameraOffIcon = (p: IconProps): ReactNode => (
  <Icon {...p}>
    {camera}
    {slash}
  </Icon>
);
/** A picture that is black: filled, as nothing else is. */
export const BlackPictureIcon = (p: IconProps): ReactNode => (
  <Icon {...p}>
    <rect x="3" y="5" width="18" height="14" rx="2" fill="currentColor" />
  </Icon>
);
export const LockIcon = (p: IconProps): ReactNode => (
  <Icon {...p}>
    <rect x="5" y="11" width="14" height="10" rx="2" />
    <path d="M8 11V7a4 4 0 0 1 8 0v4" />
  </Icon>
);
export const HandIcon = (p: IconProps): ReactNode => (
  <Icon {...p}>
    <path d="M7 12V6a1.500 1.500 0 0 1 3 0v5M10 11V4.500a1.500 1.500 0 0 1 3 0V11M13 11V5.500a1.500 1.500 0 0 1 3 0V12M16 9.500a1.500 1.500 0 0 1 3 0V15a6 6 0 0 1-6 6h-1a7 7 0 0 1-5.500-2.700L4 14.500a1.600 1.600 0 0 1 2.400-2L7 13" />
  </Icon>
);
export const ScreenIcon = (p: IconProps): ReactNode => (
  <Icon {...p}>
    <rect x="3" y="4" width="18" height="12" rx="2" />
    <path d="M8 20h8M12 16v4M12 13V8M9.500 10.500L12 8l2.500 2.500" />
  </Icon>
);
export const LeaveIcon = (p: IconProps): ReactNode => (
  <Icon {...p}>
    <path d="M10 4H5a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h5M15 8l4 4-4 4M19 12H9" />
  </Icon>
);
export const DotsIcon = (p: IconProps): ReactNode => (
  <Icon {...p}>
    <path d="M5 12h.010M12 12h.010M19 12h.010" strokeWidth={4} />
  </Icon>
);
export const PlusIcon = (p: IconProps): ReactNode => (
  <Icon {...p}>
    <path d="M12 5v14M5 12h14" />
  </Icon>
);
export const SearchIcon = (p: IconProps): ReactNode => (
  <Icon {...p}>
    <circle cx="11" cy="11" r="6.500" />
    <path d="M16 16l5 5" />
  </Icon>
);
export const CheckIcon = (p: IconProps): ReactNode => (
  <Icon {...p}>
    <path d="M5 12.500l4.500 4.500L19 7.500" />
  </Icon>
);
export const SunMoonIcon = (p: IconProps): ReactNode => (
  <Icon {...p}>
    <circle cx="12" cy="12" r="8" />
    <path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor" />
  </Icon>
);
export const GearIcon = (p: IconProps): ReactNode => (
  <Icon {...p}>
    <path d="M4 7h9M17 7h3M4 17h3M11 17h9" />
    <circle cx="15" cy="7" r="2" />
    <circle cx="9" cy="17" r="2" />
  </Icon>
);
export const SoundIcon = (p: IconProps): ReactNode => (
  <Icon {...p}>
    <path d="M4 9.500v5h4l5 4v-13l-5 4zM16.500 9a4 4 0 0 1 0 6M19 6.500a8 8 0 0 1 0 11" />
  </Icon>
);
export const ChevronIcon = ({ open, ...p }: IconProps & { open?: boolean }): ReactNode => (
  <Icon {...p}>
    <path d={open ? 'M6 9l6 6 6-6' : 'M9 6l6 6-6 6'} />
  </Icon>
);
export const BrandIcon = ({ size = 28 }: IconProps): ReactNode => (
  <img src="/icon.svg" width={size} height={size} alt="" />
);
export const CalendarIcon = (p: IconProps): ReactNode => (
  <Icon {...p}>
    <rect x="3" y="5" width="18" height="16" rx="2" />
    <path d="M3 10h18M8 3v4M16 3v4" />
  </Icon>
);
export const BellIcon = (p: IconProps): ReactNode => (
  <Icon {...p}>
    <path d="M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21h4" />
  </Icon>
);
export const GripIcon = (p: IconProps): ReactNode => (
  <Icon {...p}>
    <path d="M9 6h.010M15 6h.010M9 12h.010M15 12h.010M9 18h.010M15 18h.010" strokeWidth={3.500} />
  </Icon>
);
export const TrashIcon = (p: IconProps): ReactNode => (
  <Icon {...p}>
    <path d="M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13" />
  </Icon>
);
export const PhoneIcon = (p: IconProps): ReactNode => (
  <Icon {...p}>
    <path d="M5 4h4l2 5-2.500 1.500a11 11 0 0 0 5 5L15 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 6a2 2 0 0 1 2-2z" />
  </Icon>
);
export const FileIcon = (p: IconProps): ReactNode => (
  <Icon {...p}>
    <path d="M6 3h8l5 5v13H6zM14 3v5h5" />
  </Icon>
);
