/** The third step: what NetBackup's administrator sees meanwhile, and what is wrong if no connection comes. */
import type { Schemas } from '../../api/client.ts';
import { Badge } from '../../components/badge.tsx';
import { Link } from '../../components/link.tsx';
import { Section } from '../../components/page.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { formatAge } from '../../format/times.ts';
import { Certificate } from '../endpoints/certificate.tsx';
import { Invite, RotateToken } from '../endpoints/create-dialogs.tsx';
import { domainPath } from '../paths.ts';
import { obstacleOf } from './steps.ts';
import { newDomainWords } from './words.ts';

interface Props {
  readonly group: Schemas['Group'];
  readonly endpoints: readonly Schemas['Endpoint'][];
  readonly reload: () => void;
}

const Obstacles = ({ group: { lastRejection, session, groupId }, endpoints }: Omit<Props, 'reload'>) => {
  const text = newDomainWords();
  const obstacle = obstacleOf(endpoints);
  const reasons: Readonly<Record<string, string>> = text.rejections;
  return (
    <Section title={text.wrong}>
      {obstacle && (
        <p class="notice notice-critical">{obstacle === 'disabled' ? text.disabled : text.noToken}</p>
      )}
      {lastRejection && (
        <p class="notice notice-critical">
          {text.rejected(formatAge(lastRejection.at), lastRejection.sourceIp)}{' '}
          {reasons[lastRejection.reason] ?? lastRejection.explanation}
        </p>
      )}
      {!lastRejection && session.state === 'never-connected' && <p class="measure">{text.noRejection}</p>}
      {session.state === 'disconnected' && (
        <p class="notice notice-warning">
          {text.disconnected} {session.closeReason}
        </p>
      )}
      <p>
        <Link to={domainPath(groupId, '/endpoints')}>{text.toEndpoint}</Link>
        {' · '}
        <Link to={domainPath(groupId, '/settings')}>{text.toSettings}</Link>
      </p>
    </Section>
  );
};

const Invitations = ({ endpoints }: Pick<Props, 'endpoints'>) => {
  const text = newDomainWords();
  const latest = endpoints.flatMap(({ invitations }) => invitations).at(-1);
  if (!latest) return null;
  const from = latest.lastReads.at(-1)?.sourceIp;
  return (
    <p>{from === undefined ? text.invitationOpen : text.invitationRead(formatNumber(latest.reads), from)}</p>
  );
};

export const Waiting = ({ group, endpoints, reload }: Props) => {
  const text = newDomainWords();
  const [first] = endpoints;
  const endpoint = endpoints.find(({ enabled }) => enabled) ?? first;
  return (
    <>
      <p role="status">
        <Badge tone={group.session.state === 'connecting' ? 'warning' : 'quiet'}>
          {text.states[group.session.state]}
        </Badge>{' '}
        <strong>{group.session.state === 'connecting' ? text.connecting : text.waiting}</strong>
      </p>
      <p class="quiet measure">{text.waitingText}</p>
      <Invitations endpoints={endpoints} />
      {endpoint && (
        <>
          <p class="quiet">{text.newDetails}</p>
          <div class="page-actions">
            <Invite groupId={group.groupId} endpointId={endpoint.endpointId} onCreated={reload} />
            <RotateToken groupId={group.groupId} endpointId={endpoint.endpointId} onCreated={reload} />
          </div>
        </>
      )}
      <Obstacles group={group} endpoints={endpoints} />
      <Section title={text.administrator}>
        <ol class="measure">
          {text.todo.split('\n').map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ol>
        <Certificate certificate={endpoint?.certificate} />
      </Section>
    </>
  );
};
