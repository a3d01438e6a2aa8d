/** The facts about a domain and its connection. */
import { Badge } from '../../components/badge.tsx';
import { Facts } from '../../components/facts.tsx';
import { Link } from '../../components/link.tsx';
import { Moment } from '../../components/moment.tsx';
import { formatMilliseconds } from '../../format/numbers.ts';
import { formatOffset } from '../../format/times.ts';
import { endpointWords } from '../endpoints/words.ts';
import { domainPath } from '../paths.ts';
import { endWords } from './end-words.ts';
import { Labels } from './labels.tsx';
import { type Domain, lastEndText, rejectionText } from './last-end.ts';
import { domainWords } from './words.ts';

const Clock = ({ domain: { timeZone, utcOffset } }: { domain: Domain }) => {
  const text = domainWords();
  const { seconds, source, warning } = utcOffset;
  return (
    <>
      {timeZone} {seconds !== undefined && formatOffset(seconds)}{' '}
      <span class="quiet">{text.clockSources[source]}</span>
      {warning && (
        <p>
          <Badge tone="warning">{text.clockWarning}</Badge>
        </p>
      )}
    </>
  );
};

export const DomainFacts = ({ domain }: { domain: Domain }) => {
  const text = domainWords();
  const { groupId, session, lastRejection, tokenShared, lastNotificationAt } = domain;
  const end = lastEndText(domain);
  return (
    <Facts
      facts={[
        [text.description, domain.description],
        [text.since, session.since && <Moment at={session.since} domain={domain} isFull />],
        [text.lastSeen, session.lastSeen && <Moment at={session.lastSeen} domain={domain} isFull />],
        [
          text.lastNotification,
          lastNotificationAt ? (
            <Link to={domainPath(groupId, '/events')}>
              <Moment at={lastNotificationAt} domain={domain} isFull />
            </Link>
          ) : (
            text.never
          ),
        ],
        [text.latency, domain.roundTripMs !== undefined && formatMilliseconds(domain.roundTripMs)],
        [text.sourceIp, session.sourceIp],
        [
          text.lastEnd,
          end && (
            <>
              {end} {session.closePlanned && <span class="quiet">· {endWords().planned}</span>}
            </>
          ),
        ],
        [
          text.rejected,
          lastRejection && (
            <>
              <Moment at={lastRejection.at} domain={domain} isFull />: {rejectionText(lastRejection)} (
              {lastRejection.sourceIp})
            </>
          ),
        ],
        [
          text.endpoint,
          domain.endpointId && <Link to={domainPath(groupId, '/endpoints')}>{domain.endpointId}</Link>,
        ],
        [endpointWords().gateway, session.gateway === 'relay' && endpointWords().gateways.relay],
        [text.version, domain.netbackupApiVersion],
        [text.clock, <Clock key="clock" domain={domain} />],
        [text.labels, domain.labels && <Labels labels={domain.labels} />],
        [text.created, <Moment key="created" at={domain.createdAt} domain={domain} isFull />],
        [
          text.historyKinds.shared,
          tokenShared && (
            <Badge tone="warning">
              {text.tokenShared} {tokenShared.addresses.join(', ')}
            </Badge>
          ),
        ],
      ]}
    />
  );
};
