import { createTheme, type MantineColorsTuple } from "@mantine/core";

// 藍 (indigo): the one colour for what can be pressed.
const ai: MantineColorsTuple = [
  "#eef4fb", "#dbe6f4", "#b6cde8", "#8eb2dc", "#6a9ad1", "#4c84c3", "#2f6aab", "#245590", "#1f4473", "#163357",
];

// What a hospital PC, a Mac and a Linux desk have; nothing is loaded from elsewhere.
const FONTS =
  '"Noto Sans JP","Noto Sans CJK JP","Hiragino Sans","BIZ UDPGothic","Yu Gothic UI","Meiryo",system-ui,sans-serif';

export const theme = createTheme({
  primaryColor: "ai",
  primaryShade: { light: 7, dark: 3 },
  autoContrast: true,
  colors: { ai },
  fontFamily: FONTS,
  fontFamilyMonospace: '"Noto Sans Mono CJK JP","BIZ UDGothic",ui-monospace,Consolas,monospace',
  headings: { fontFamily: FONTS, fontWeight: "650" },
  defaultRadius: "md",
  cursorType: "pointer",
  focusRing: "auto",
});
