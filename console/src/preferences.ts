/** The choices of a viewer, stored in this browser. Nothing here is secret. */
import { effect, type Signal, signal } from '@preact/signals';

export type Language = 'en' | 'ja';
export type Theme = 'system' | 'light' | 'dark';
/** In which time zone times are shown: the viewer's, the one of the NetBackup domain, or UTC. */
export type Zone = 'viewer' | 'domain' | 'utc';

const PREFIX = 'nbwss.';

const stored = <T extends string>(name: string, values: readonly T[], otherwise: T): Signal<T> => {
  let value: string | null = null;
  try {
    value = localStorage.getItem(PREFIX + name);
  } catch {
    // The browser refuses storage: the choice lasts as long as the page.
  }
  const chosen = signal(values.find((one) => one === value) ?? otherwise);
  effect(() => {
    try {
      localStorage.setItem(PREFIX + name, chosen.value);
    } catch {}
  });
  return chosen;
};

export const language = stored<Language>(
  'language',
  ['en', 'ja'],
  navigator.language.startsWith('ja') ? 'ja' : 'en',
);
export const theme = stored<Theme>('theme', ['system', 'light', 'dark'], 'system');
export const zone = stored<Zone>('zone', ['viewer', 'domain', 'utc'], 'viewer');

effect(() => {
  document.documentElement.lang = language.value;
});
effect(() => {
  document.documentElement.style.colorScheme = theme.value === 'system' ? 'light dark' : theme.value;
});
