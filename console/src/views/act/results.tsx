/** The result of each call of a run, live until each has ended. */
import { useEffect, useState } from 'preact/hooks';
import { useCall } from '../../components/action.tsx';
import { announce } from '../../components/announce.tsx';
import { Badge, type Tone } from '../../components/badge.tsx';
import { Link } from '../../components/link.tsx';
import { Failure } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { Section } from '../../components/page.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { netBackupMessage, outcomeOf } from '../commands/outcome.ts';
import { TONES } from '../commands/state.tsx';
import { commandWords } from '../commands/words.ts';
import { domainPath } from '../paths.ts';
import { type ChosenCredential, CredentialField, isComplete } from './credential-field.tsx';
import { countsOf, type Item, type ItemState, type Run, retried, stateOf } from './run.ts';
import { followRun, resumeRun, runs, submitRun, submitting } from './runner.ts';
import { targetColumns } from './target-columns.tsx';
import { actWords } from './words.ts';

const toneOf = (state: ItemState): Tone => (state === 'waiting' ? 'quiet' : TONES[state]);

/** The reason for a state, in the words of NetBackup or the API. */
const reasonOf = ({ command, refusal }: Item): string | undefined => {
  if (refusal) return refusal.message;
  if (!command) return undefined;
  const { state, response, failure, reason } = command;
  const said = netBackupMessage(response?.body);
  if (outcomeOf(command) === 'done') return undefined;
  if (state === 'completed') return said ?? `HTTP ${response?.status}`;
  if (failure) return commandWords().failures[failure];
  return reason ?? commandWords().meanings[state];
};

const columns = (): readonly Column<Item>[] => {
  const text = actWords();
  const [domain, subject, ...more] = targetColumns((item: Item) => item.target);
  return [
    ...(domain && subject ? [domain, subject] : []),
    {
      name: 'state',
      title: text.result,
      cell: (item) => {
        const state = stateOf(item);
        return <Badge tone={toneOf(state)}>{text.states[state]}</Badge>;
      },
    },
    ...more,
    { name: 'reason', title: commandWords().reason, width: 'wide', cell: reasonOf },
    {
      name: 'command',
      title: commandWords().command,
      cell: ({ target, command }) =>
        command && (
          <Link to={domainPath(target.groupId, `/commands/${encodeURIComponent(command.commandId)}`)}>
            {commandWords().states[command.state]}
          </Link>
        ),
    },
  ];
};

/** Submits the calls that are left, or the failed ones again; asks for the credential, which was not stored. */
const Again = ({ run, title }: { run: Run; title: string }) => {
  const [credential, setCredential] = useState<ChosenCredential>({ choice: run.credential, text: '' });
  const [{ isBusy, failure }, call] = useCall();
  const chosen = run.credential === 'none' ? run.credential : credential.choice;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    await call(() => submitRun({ ...run, credential: chosen }, credential.text.trim()), title);
  };
  return (
    <form class="form section" onSubmit={(event) => void submit(event)}>
      {run.credential !== 'none' && <CredentialField value={credential} onInput={setCredential} />}
      {failure && <Failure failure={failure} />}
      <div class="page-actions">
        <button type="submit" disabled={isBusy || !isComplete(credential)}>
          {title}
        </button>
      </div>
    </form>
  );
};

const Summary = ({ run }: { run: Run }) => {
  const text = actWords();
  const counts = countsOf(run);
  const [done, all] = [formatNumber(counts.done), formatNumber(run.items.length)];
  const isFinished = counts.open + counts.waiting === 0;
  useEffect(() => {
    if (isFinished) announce(actWords().finished(done, all));
  }, [isFinished]);
  const failed = counts.failed + counts.refused;
  return (
    <>
      <p>
        <progress
          value={run.items.length - counts.open - counts.waiting}
          max={run.items.length}
          aria-hidden="true"
        />{' '}
        <strong>{text.summary(done, all)}</strong>{' '}
        {(['open', 'waiting', 'refused', 'failed', 'unknown'] as const)
          .filter((state) => counts[state] > 0)
          .map((state) => (
            <span key={state}>
              <Badge tone={toneOf(state)}>
                {formatNumber(counts[state])} {text.states[state]}
              </Badge>{' '}
            </span>
          ))}
        <span class="quiet">
          {text.started} <Moment at={run.startedAt} />
        </span>
      </p>
      {counts.unknown > 0 && <p class="notice notice-warning">{text.unknownHelp}</p>}
      {isFinished && failed > 0 && <Again run={retried(run)} title={text.retry(formatNumber(failed))} />}
    </>
  );
};

export const Results = ({ runId }: { runId: string }) => {
  const text = actWords();
  useEffect(() => {
    resumeRun(runId);
    return followRun(runId);
  }, [runId]);
  const run = runs.value[runId];
  if (!run) return <p class="empty">{text.lost}</p>;
  const waiting = countsOf(run).waiting;
  return (
    <Section title={text.results}>
      <Summary run={run} />
      {waiting > 0 && !submitting.value.includes(runId) && (
        <Again run={run} title={text.goOn(formatNumber(waiting))} />
      )}
      <Table label={text.results} columns={columns()} rows={run.items} rowKey={({ target }) => target.key} />
    </Section>
  );
};
