/** Arbitrary calls of NetBackup's REST API, through the connection of a domain. */
import { useState } from 'preact/hooks';
import { can } from '../../api/session.ts';
import { useCall } from '../../components/action.tsx';
import { Link } from '../../components/link.tsx';
import { Failure } from '../../components/loaded.tsx';
import { Page, Section } from '../../components/page.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { formatAge } from '../../format/times.ts';
import { type ChosenCredential, usualCredential } from '../act/credential-field.tsx';
import { Answer, CommandState } from '../commands/state.tsx';
import { commandWords } from '../commands/words.ts';
import { DomainNav } from '../domains/domain-nav.tsx';
import { domainPath } from '../paths.ts';
import { CallFields } from './call-form.tsx';
import { type CallForm, NEW_CALL } from './request.ts';
import { sendCall } from './send.ts';
import { remember, type SentCall, sentCalls } from './sent-calls.ts';
import { explorerWords } from './words.ts';

const durationOf = ({ command: { createdAt, endedAt } }: SentCall): number =>
  endedAt === undefined ? 0 : new Date(endedAt).getTime() - new Date(createdAt).getTime();

const Latest = ({ call }: { call: SentCall }) => {
  const { command } = call;
  return (
    <>
      <p>
        <CommandState command={command} />{' '}
        <Link to={domainPath(call.groupId, `/commands/${encodeURIComponent(command.commandId)}`)}>
          {command.request.method} {command.request.uri}
        </Link>{' '}
        <span class="quiet">
          {explorerWords().took(formatNumber(durationOf(call)))} · {formatAge(call.at)}
        </span>
      </p>
      {command.state !== 'completed' && (
        <p class="notice notice-warning">
          {command.failure
            ? commandWords().failures[command.failure]
            : commandWords().meanings[command.state]}
        </p>
      )}
      <Answer command={command} />
    </>
  );
};

const History = ({ calls, fill }: { calls: readonly SentCall[]; fill: (form: CallForm) => void }) => {
  const text = explorerWords();
  return (
    <Section title={text.history}>
      <p class="quiet">{text.historyHint}</p>
      <ul class="plain-list">
        {calls.map(({ id, form, command, at }) => (
          <li key={id}>
            <button
              type="button"
              class="plain"
              aria-label={text.again(`${form.method} ${form.uri}`)}
              onClick={() => fill(form)}
            >
              {form.method} {form.uri}
            </button>{' '}
            <CommandState command={command} /> <span class="quiet">{formatAge(at)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
};

export const Explorer = ({ groupId }: { groupId: string }) => {
  const text = explorerWords();
  const [form, setForm] = useState(NEW_CALL);
  const [credential, setCredential] = useState<ChosenCredential>(usualCredential);
  const [{ isBusy, failure }, call] = useCall();
  const own = sentCalls.value.filter((sent) => sent.groupId === groupId);
  const send = (): void => {
    const id = crypto.randomUUID();
    const run = async (): Promise<void> => {
      const command = await sendCall(groupId, form, credential, id);
      remember({ groupId, form, at: Date.now(), command });
    };
    void call(run, text.sent);
  };
  return (
    <Page title={text.titleOf(groupId)}>
      <DomainNav groupId={groupId} />
      <p class="quiet">{text.what}</p>
      {!can('command') && <p class="empty">{text.notAllowed}</p>}
      {can('command') && (
        <div class="two-columns">
          <CallFields
            groupId={groupId}
            form={form}
            set={(changes) => setForm({ ...form, ...changes })}
            credential={credential}
            setCredential={setCredential}
            isBusy={isBusy}
            onSend={send}
          />
          <Section title={text.answer}>
            {failure && <Failure failure={failure} />}
            {isBusy && (
              <p class="loading" role="status">
                {text.waiting}
              </p>
            )}
            {!isBusy && !failure && own[0] && <Latest call={own[0]} />}
            {!isBusy && !failure && !own[0] && <p class="empty">{text.none}</p>}
          </Section>
        </div>
      )}
      {own.length > 0 && <History calls={own} fill={setForm} />}
    </Page>
  );
};
