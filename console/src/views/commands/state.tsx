/** The state of a command, and its answer. */
import { Badge } from '../../components/badge.tsx';
import { type Command, outcomeOf, pretty, TONES } from './outcome.ts';
import { commandWords } from './words.ts';

export const CommandState = ({ command }: { command: Command }) => {
  const text = commandWords();
  const { state, response } = command;
  const name = text.states[state];
  return (
    <Badge tone={TONES[outcomeOf(command)]}>
      {response?.status === undefined ? name : text.withStatus(name, response.status)}
    </Badge>
  );
};

/** What NetBackup answered, as text. */
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
