/** What a domain connects with: its endpoint, tokens, invitations and certificate. */
import type { Schemas } from '../../api/client.ts';
import { useResource } from '../../api/resource.ts';
import { can } from '../../api/session.ts';
import { Badge, type Tone } from '../../components/badge.tsx';
import { Facts } from '../../components/facts.tsx';
import { Empty, Freshness, Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { Page, Section } from '../../components/page.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { DomainNav } from '../domains/domain-nav.tsx';
import { listEndpoints } from './calls.ts';
import { Certificate } from './certificate.tsx';
import { CreateEndpoint } from './create-dialogs.tsx';
import { EndpointActions } from './endpoint-actions.tsx';
import { freeGateways } from './gateways.ts';
import { endpointWords } from './words.ts';

type Endpoint = Schemas['Endpoint'];
type Token = Endpoint['tokens'][number];
export type Invitation = Endpoint['invitations'][number];

const INVITATION_TONES: Readonly<Record<Invitation['state'], Tone>> = {
  open: 'warning',
  used: 'good',
  expired: 'quiet',
};

const tokenColumns = (): readonly Column<Token>[] => {
  const text = endpointWords();
  return [
    { name: 'token', title: text.token, cell: ({ tokenId }) => <code>{tokenId}</code> },
    { name: 'created', title: text.created, cell: ({ createdAt }) => <Moment at={createdAt} isFull /> },
    {
      name: 'expires',
      title: text.expires,
      cell: ({ expiresAt }) => (expiresAt ? <Moment at={expiresAt} isFull /> : text.never),
    },
  ];
};

const invitationColumns = (): readonly Column<Invitation>[] => {
  const text = endpointWords();
  return [
    { name: 'invitation', title: text.invitation, cell: ({ invitationId }) => <code>{invitationId}</code> },
    {
      name: 'state',
      title: text.state,
      cell: ({ state }) => <Badge tone={INVITATION_TONES[state]}>{text.states[state]}</Badge>,
    },
    { name: 'expires', title: text.expires, cell: ({ expiresAt }) => <Moment at={expiresAt} /> },
    { name: 'reads', title: text.reads, isNumber: true, cell: ({ reads }) => formatNumber(reads) },
    {
      name: 'from',
      title: text.readFrom,
      width: 'extra',
      cell: ({ lastReads }) => lastReads.at(-1)?.sourceIp,
    },
  ];
};

interface EndpointProps {
  readonly endpoint: Endpoint;
  /** The domain, with the gateway if it has two endpoints. */
  readonly name: string;
  readonly onDone: () => void;
}

const EndpointView = ({ endpoint, name, onDone }: EndpointProps) => {
  const text = endpointWords();
  const { url, gateway, priority, enabled, createdAt, tokens, invitations, certificate } = endpoint;
  return (
    <>
      <Facts
        facts={[
          [text.url, <code key="url">{url}</code>],
          [text.gateway, text.gateways[gateway]],
          [
            text.state,
            <Badge key="state" tone={enabled ? 'good' : 'warning'}>
              {enabled ? text.enabled : text.disabled}
            </Badge>,
          ],
          [text.priority, formatNumber(priority)],
          [text.created, <Moment key="created" at={createdAt} isFull />],
        ]}
      />
      {can('admin') && (
        <div class="section">
          <EndpointActions endpoint={endpoint} name={name} onDone={onDone} />
        </div>
      )}
      <Section title={text.certificate}>
        <Certificate certificate={certificate} />
      </Section>
      <Section title={text.tokens}>
        {tokens.length === 0 ? (
          <Empty>{text.noTokens}</Empty>
        ) : (
          <Table
            label={text.tokens}
            columns={tokenColumns()}
            rows={tokens}
            rowKey={({ tokenId }) => tokenId}
          />
        )}
      </Section>
      <Section title={text.invitations}>
        {invitations.length === 0 ? (
          <Empty>{text.noInvitations}</Empty>
        ) : (
          <Table
            label={text.invitations}
            columns={invitationColumns()}
            rows={invitations}
            rowKey={({ invitationId }) => invitationId}
          />
        )}
      </Section>
    </>
  );
};

export const Endpoints = ({ groupId }: { groupId: string }) => {
  const text = endpointWords();
  const endpoints = useResource(`endpoints ${groupId}`, () => listEndpoints(groupId));
  const gateways = endpoints.data ? freeGateways(endpoints.data) : [];
  return (
    <Page title={text.titleOf(groupId)}>
      <DomainNav groupId={groupId} />
      <p class="quiet">{text.what}</p>
      <Freshness resource={endpoints} />
      <Loaded resource={endpoints} isEmpty={({ items }) => items.length === 0} empty={text.none}>
        {({ items }) =>
          items.map((endpoint) => {
            const gateway = text.gateways[endpoint.gateway];
            const isOnly = items.length === 1;
            return (
              <section key={endpoint.endpointId} aria-label={isOnly ? undefined : gateway}>
                {!isOnly && <h2>{gateway}</h2>}
                <EndpointView
                  endpoint={endpoint}
                  name={isOnly ? groupId : `${groupId} (${gateway})`}
                  onDone={endpoints.reload}
                />
              </section>
            );
          })
        }
      </Loaded>
      {can('admin') && (
        <CreateEndpoint
          groupId={groupId}
          isOffered={gateways.length > 0}
          gateways={gateways}
          isSecond={(endpoints.data?.items.length ?? 0) > 0}
          onCreated={endpoints.reload}
        />
      )}
    </Page>
  );
};
