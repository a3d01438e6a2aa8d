/** A field for an end: a time, and the usual durations as buttons. */
import { useId } from 'preact/hooks';
import { toLocalField } from '../../format/local-time.ts';
import { HOUR_MS } from '../../format/milliseconds.ts';
import { actionWords } from './action-words.ts';

const SPANS = { hours4: 4, day1: 24, days3: 72, week1: 168 } as const;

interface UntilFieldProps {
  /** The value of a `datetime-local` field. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export const UntilField = ({ value, onChange }: UntilFieldProps) => {
  const id = useId();
  const text = actionWords();
  return (
    <div class="field">
      <label for={id}>{text.until}</label>
      <input
        id={id}
        type="datetime-local"
        required
        min={toLocalField(Date.now())}
        value={value}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
      <div class="page-actions">
        {Object.entries(SPANS).map(([name, hours]) => (
          <button
            key={name}
            type="button"
            class="plain"
            onClick={() => onChange(toLocalField(Date.now() + hours * HOUR_MS))}
          >
            {text.spans[name as keyof typeof SPANS]}
          </button>
        ))}
      </div>
    </div>
  );
};
