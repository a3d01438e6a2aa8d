/** One call to NetBackup: its state, its times, its answer. */
import { useState } from 'preact/hooks';
import { api, result } from '../../api/client.ts';
import { useResource } from '../../api/resource.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Facts } from '../../components/facts.tsx';
import { Freshness, Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { Page, Section } from '../../components/page.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { DomainNav } from '../domains/domain-nav.tsx';
import { type Command, outcomeOf } from './outcome.ts';
import { Answer, CommandState } from './state.tsx';
import { commandWords } from './words.ts';

const Moments = ({ command }: { command: Command }) => {
  const text = commandWords();
  const { createdAt, sentAt, endedAt, deliverBy, executeBy, state } = command;
  return (
    <Facts
      facts={[
        [text.at, <Moment key="at" at={createdAt} isFull />],
        [text.deliverBy, state === 'queued' && <Moment at={deliverBy} isFull />],
        [text.sent, sentAt && <Moment at={sentAt} isFull />],
        [text.executeBy, state === 'sent' && executeBy && <Moment at={executeBy} isFull />],
        [text.ended, endedAt && <Moment at={endedAt} isFull />],
        [text.attempts, formatNumber(command.attempts)],
        [text.by, <code key="by">{command.requestedBy}</code>],
        [text.reason, command.failure ? text.failures[command.failure] : command.reason],
      ]}
    />
  );
};

interface Props {
  readonly groupId: string;
  readonly commandId: string;
}

export const CommandPage = ({ groupId, commandId }: Props) => {
  const text = commandWords();
  const [isEnded, setEnded] = useState(false);
  const path = { groupId, commandId };
  const load = async (): Promise<Command> => {
    const command = await result(api.GET('/v1/groups/{groupId}/commands/{commandId}', { params: { path } }));
    // An encrypted answer is delivered once: a second read would replace it by nothing.
    if (outcomeOf(command) !== 'open') setEnded(true);
    return command;
  };
  const command = useResource(`command ${groupId} ${commandId}`, load, isEnded ? 0 : 3_000);
  return (
    <Page title={text.command}>
      <DomainNav groupId={groupId} />
      {!isEnded && <Freshness resource={command} />}
      <Loaded resource={command}>
        {(data) => (
          <>
            <p>
              <code>
                {data.request.method} {data.request.uri}
              </code>
            </p>
            <p>
              <CommandState command={data} /> {text.meanings[data.state]} {data.late && text.late}
            </p>
            {data.state === 'queued' && (
              <p>
                <Confirm
                  title={text.cancel}
                  question={text.cancelQuestion(commandId)}
                  effect={text.cancelEffect}
                  done={text.cancelled}
                  run={() =>
                    result(api.DELETE('/v1/groups/{groupId}/commands/{commandId}', { params: { path } }))
                  }
                  onDone={command.reload}
                />
              </p>
            )}
            <Moments command={data} />
            <Section title={text.answer}>
              <Answer command={data} />
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  );
};
