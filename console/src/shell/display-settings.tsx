/** Language, colours and time zone of this browser. */
import type { Signal } from '@preact/signals';
import { language, theme, zone } from '../preferences.ts';
import { shellWords } from './words.ts';

interface ChoiceProps<T extends string> {
  readonly title: string;
  readonly chosen: Signal<T>;
  readonly choices: Readonly<Record<T, string>>;
}

const Choice = <T extends string>({ title, chosen, choices }: ChoiceProps<T>) => (
  <label>
    <span>{title}</span>
    <select
      value={chosen.value}
      onChange={({ currentTarget }) => {
        chosen.value = currentTarget.value as T;
      }}
    >
      {Object.entries<string>(choices).map(([value, name]) => (
        <option key={value} value={value}>
          {name}
        </option>
      ))}
    </select>
  </label>
);

export const DisplaySettings = () => {
  const text = shellWords();
  return (
    <details class="display-settings">
      <summary>{text.settings}</summary>
      <div>
        <Choice title={text.language} chosen={language} choices={{ en: 'English', ja: '日本語' }} />
        <Choice title={text.theme} chosen={theme} choices={text.themes} />
        <Choice title={text.zone} chosen={zone} choices={text.zones} />
      </div>
    </details>
  );
};
