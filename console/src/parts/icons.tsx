// The few pictures of the console, drawn for it: one line weight, 20 px, never alone without words.
import type { ReactNode } from "react";

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 20 20"
      width="20"
      height="20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

export const TowerIcon = () => (
  <Icon>
    <path d="M4.500 5.500 10 2l5.500 3.500M6.500 5.500v3.500h7V5.500M5.500 9h9M7.500 9 5.500 18M12.500 9l2 9M6.900 12h6.200M6.300 15h7.400" />
  </Icon>
);
export const TodayIcon = () => (
  <Icon>
    <circle cx="10" cy="10" r="3.200" />
    <path d="M10 2.500v2M10 15.500v2M2.500 10h2M15.500 10h2M4.700 4.700l1.400 1.400M13.900 13.900l1.400 1.400M4.700 15.300l1.400-1.400M13.900 6.100l1.400-1.400" />
  </Icon>
);
export const FlagIcon = () => (
  <Icon>
    <path d="M5 17.500V3M5 3.500h9.500l-2 3.250 2 3.250H5" />
  </Icon>
);
export const DeviceIcon = () => (
  <Icon>
    <rect x="2.500" y="3.500" width="15" height="10" rx="1.500" />
    <path d="M7 17h6M10 13.500V17M5 9h2l1.500-2.500 2 4.500L12 9h3" />
  </Icon>
);
export const MapIcon = () => (
  <Icon>
    <rect x="2.500" y="3" width="6" height="5" rx="1" />
    <rect x="11.500" y="3" width="6" height="5" rx="1" />
    <rect x="7" y="12.500" width="6" height="5" rx="1" />
    <path d="M8.500 5.500h3M5.500 8v2.500H9v2M14.500 8v2.500H11v2" />
  </Icon>
);
export const BedIcon = () => (
  <Icon>
    <path d="M2.500 12h3l1.500-4 2.500 8 2.500-12 1.800 8h3.700" />
  </Icon>
);
export const MoreIcon = () => (
  <Icon>
    <rect x="3" y="3" width="5.500" height="5.500" rx="1" />
    <rect x="11.500" y="3" width="5.500" height="5.500" rx="1" />
    <rect x="3" y="11.500" width="5.500" height="5.500" rx="1" />
    <rect x="11.500" y="11.500" width="5.500" height="5.500" rx="1" />
  </Icon>
);
export const SunIcon = () => (
  <Icon>
    <circle cx="10" cy="10" r="3.500" />
    <path d="M10 2.500v1.500M10 16v1.500M2.500 10H4M16 10h1.500M4.700 4.700l1 1M14.300 14.300l1 1M4.700 15.300l1-1M14.300 5.700l1-1" />
  </Icon>
);
export const MoonIcon = () => (
  <Icon>
    <path d="M16.500 12A7 7 0 0 1 8 3.500a7 7 0 1 0 8.500 8.500Z" />
  </Icon>
);
export const ChevronIcon = () => (
  <Icon>
    <path d="m7.500 5 5 5-5 5" />
  </Icon>
);
export const BackIcon = () => (
  <Icon>
    <path d="m12.500 5-5 5 5 5" />
  </Icon>
);
export const SearchIcon = () => (
  <Icon>
    <circle cx="9" cy="9" r="5.500" />
    <path d="m13.200 13.200 4 4" />
  </Icon>
);
export const PrintIcon = () => (
  <Icon>
    <path d="M5.500 7V3h9v4M5.500 14h-2a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1h13a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1h-2M5.500 11.500h9V17h-9z" />
  </Icon>
);
export const SaveIcon = () => (
  <Icon>
    <path d="M10 3v9M6.500 8.800 10 12.200l3.500-3.400M3.500 16.500h13" />
  </Icon>
);
