/** The state of a command, and its answer. */
import { Badge } from '../../components/badge.tsx';
import type { Tone } from '../../components/tone.ts';
import { type Command, type Outcome, outcomeOf, pretty } from './outcome.ts';
import { commandWords } from './words.ts';

export const TONES: Readonly<Record<Outcome, Tone>> = {
  open: 'quiet',
  done: 'good',
  refused: 'critical',
  failed: 'critical',
  unknown: 'warning',
};

export const CommandState = ({ command }: { command: Command }) => {
  const text = commandWords();
  const { state, response } = command;
  const name = text.states[state];
  return (
    <Badge tone={TONES[outcomeOf(command)]}>
      {name}
      {response?.status !== undefined && ` (${response.status})`}
    </Badge>
  );
};

/** NetBackup's answer as text. */
export const Answer = ({ command: { response, state } }: { command: Command }) => {
  const text = commandWords();
  if (!response) return state === 'completed' ? <p class="quiet">{text.hidden}</p> : null;
  const headers = Object.entries(response.headers);
  return (
    <>
      {response.body ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable with the keyboard
        <pre tabIndex={0}>{pretty(response.body)}</pre>
      ) : (
        <p class="quiet">{text.noBody}</p>
      )}
      {headers.length > 0 && (
        <details>
          <summary>{text.headers}</summary>
          <pre>{headers.map(([name, value]) => `${name}: ${value}`).join('\n')}</pre>
        </details>
      )}
    </>
  );
};
