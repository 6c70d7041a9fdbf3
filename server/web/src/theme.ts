import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** The one accent colour. Red is kept for faults and for *on air*. */
const accent: MantineColorsTuple = [
  '#eaf2fc', '#d2e2f6', '#a3c4ee', '#70a4e6', '#4889df', '#2a70d1', '#1f5fae', '#194f92', '#134078', '#0c305d',
];

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 5 },
  colors: { accent },
  fontFamily: "'Be Vietnam Pro', system-ui, sans-serif",
  headings: { fontFamily: "'Be Vietnam Pro', system-ui, sans-serif", fontWeight: '700' },
  fontSizes: { xs: '1rem', sm: '1rem', md: '1.0625rem', lg: '1.25rem', xl: '1.5rem' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Modal: { defaultProps: { transitionProps: { duration: 120 } } },
    Drawer: { defaultProps: { transitionProps: { duration: 120 } } },
    Menu: { defaultProps: { transitionProps: { duration: 100 } } },
    Select: { defaultProps: { checkIconPosition: 'right' } },
  },
});
