/** Brings a domain online, step by step. The step follows from what exists, so the address of this page resumes it. */
import { useEffect } from 'preact/hooks';
import { api, result, type Schemas } from '../../api/client.ts';
import { ApiFailure } from '../../api/failure.ts';
import { useResource } from '../../api/resource.ts';
import { can } from '../../api/session.ts';
import { announce } from '../../components/announce.tsx';
import { Facts } from '../../components/facts.tsx';
import { useQuery } from '../../components/filters.tsx';
import { Link } from '../../components/link.tsx';
import { Freshness, Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { Page, Section } from '../../components/page.tsx';
import { listEndpoints } from '../endpoints/calls.ts';
import { CreateEndpoint } from '../endpoints/create-dialogs.tsx';
import { freeGateways, type Gateway } from '../endpoints/gateways.ts';
import { domainPath } from '../paths.ts';
import { CreateDomain } from './create-domain.tsx';
import { STEPS, type Step, stepOf } from './steps.ts';
import { Waiting } from './waiting.tsx';
import { newDomainWords } from './words.ts';

interface State {
  readonly group?: Schemas['Group'];
  readonly endpoints: readonly Schemas['Endpoint'][];
  /** At which it has no endpoint. */
  readonly gateways: readonly Gateway[];
}

const POLL_MS = 5_000;

const load = async (groupId: string): Promise<State> => {
  try {
    const group = await result(api.GET('/v1/groups/{groupId}', { params: { path: { groupId } } }));
    const list = await listEndpoints(groupId);
    return { group, endpoints: list.items, gateways: freeGateways(list) };
  } catch (error) {
    if (error instanceof ApiFailure && error.code === 'group-not-found')
      return { endpoints: [], gateways: [] };
    throw error;
  }
};

const Steps = ({ step }: { step: Step }) => {
  const text = newDomainWords();
  return (
    <ol class="steps" aria-label={text.stepsLabel}>
      {STEPS.map((name) => (
        <li key={name} aria-current={name === step ? 'step' : undefined}>
          {text.steps[name]}
        </li>
      ))}
    </ol>
  );
};

const Online = ({ group }: { group: Schemas['Group'] }) => {
  const text = newDomainWords();
  const { groupId, session, lastNotificationAt } = group;
  useEffect(() => announce(newDomainWords().online(groupId)), [groupId]);
  return (
    <>
      <p class="notice notice-good">
        <strong>{text.online(groupId)}.</strong> {text.onlineText}
      </p>
      <Facts
        facts={[
          [text.since, session.since && <Moment at={session.since} isFull />],
          [text.from, session.sourceIp],
          [
            text.lastNotification,
            lastNotificationAt ? <Moment at={lastNotificationAt} isFull /> : text.noNotification,
          ],
        ]}
      />
      <Section title={text.next}>
        <ul>
          <li>
            <Link to={domainPath(groupId)}>{text.domain}</Link>
          </li>
          <li>
            <Link to={domainPath(groupId, '/jobs')}>{text.jobs}</Link>
          </li>
          <li>
            <Link to="/act/ping" query={{ domain: groupId }}>
              {text.ping}
            </Link>
          </li>
          <li>
            <Link to={domainPath(groupId, '/credential')}>{text.credential}</Link>
          </li>
          <li>
            <Link to="/domains/new">{text.another}</Link>
          </li>
        </ul>
      </Section>
    </>
  );
};

/** The step of a domain that was named. */
const Resumed = ({ groupId, restart }: { groupId: string; restart: (groupId: string) => void }) => {
  const text = newDomainWords();
  const state = useResource(`new domain ${groupId}`, () => load(groupId), POLL_MS);
  return (
    <Loaded resource={state}>
      {({ group, endpoints, gateways }) => {
        const step = stepOf(group, endpoints);
        return (
          <>
            <Steps step={step} />
            {step !== 'domain' && <h2>{groupId}</h2>}
            <Freshness resource={state} />
            {step === 'domain' && <CreateDomain onDone={restart} />}
            {step === 'endpoint' && <p class="measure">{text.endpointText}</p>}
            {step !== 'domain' && (
              <CreateEndpoint
                groupId={groupId}
                isOffered={step === 'endpoint'}
                gateways={gateways}
                onCreated={state.reload}
              />
            )}
            {step === 'connection' && group && (
              <Waiting group={group} endpoints={endpoints} reload={state.reload} />
            )}
            {step === 'online' && group && <Online group={group} />}
          </>
        );
      }}
    </Loaded>
  );
};

export const NewDomain = () => {
  const text = newDomainWords();
  const [{ domain }, set] = useQuery();
  const restart = (groupId: string): void => set({ domain: groupId });
  return (
    <Page title={text.title}>
      {!can('admin') && <p class="empty">{text.admins}</p>}
      {can('admin') && domain && <Resumed key={domain} groupId={domain} restart={restart} />}
      {can('admin') && !domain && (
        <>
          <Steps step="domain" />
          <CreateDomain onDone={restart} />
        </>
      )}
    </Page>
  );
};
