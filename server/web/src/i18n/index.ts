import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en';
import { vi } from './vi';

export type Language = 'vi' | 'en';
const KEY = 'diemcau.language';

function stored(): Language {
  try {
    return localStorage.getItem(KEY) === 'en' ? 'en' : 'vi';
  } catch {
    return 'vi';
  }
}

export async function startLanguages(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: { vi: { translation: vi }, en: { translation: en } },
    lng: stored(),
    fallbackLng: 'vi',
    interpolation: { escapeValue: false },
    showSupportNotice: false,
  } as Parameters<typeof i18next.init>[0]);
  document.documentElement.lang = i18next.language;
  // Chosen in another window of this browser: this one follows, as it does with the colours.
  window.addEventListener('storage', (event) => {
    if (event.key === KEY && event.newValue !== i18next.language) speak(stored());
  });
}

function speak(language: Language): void {
  document.documentElement.lang = language;
  void i18next.changeLanguage(language);
}

export function setLanguage(language: Language): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // Not remembered, but switched for now.
  }
  speak(language);
}

export const currentLanguage = (): Language => (i18next.language === 'en' ? 'en' : 'vi');
