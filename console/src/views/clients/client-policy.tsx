/** A client under one policy: how old its last good backup is, how old it may be, and each day. */
import { api, result } from '../../api/client.ts';
import type { Domain } from '../../api/domains.ts';
import { can } from '../../api/session.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Facts } from '../../components/facts.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { formatDuration, formatTime } from '../../format/times.ts';
import { dayAfter, startOfDay, zoneOfDomain } from '../../format/zone.ts';
import { domainPath } from '../paths.ts';
import { ClientPolicyBadge } from './client-list.tsx';
import type { ClientPolicy } from './client-policies.ts';
import { Days } from './day-strip.tsx';
import { DAYS } from './load-client-policies.ts';
import { cellsOf } from './strip.ts';
import { clientWords } from './words.ts';

interface ClientPolicySectionProps {
  readonly clientPolicy: ClientPolicy;
  readonly domain: Domain | undefined;
  readonly onChanged: () => void;
}

const Retire = ({ clientPolicy, onChanged }: Omit<ClientPolicySectionProps, 'domain'>) => {
  const text = clientWords();
  const { groupId, clientName, policyName, target } = clientPolicy;
  // Those that a rule of the domain retires are changed in its settings.
  if (target?.retired) return null;
  const dismissed = target !== undefined;
  return (
    <Confirm
      title={dismissed ? text.retire : text.expect}
      question={(dismissed ? text.retireQuestion : text.expectQuestion)(clientName, policyName)}
      effect={dismissed ? text.retireEffect : text.expectEffect}
      done={dismissed ? text.retired : text.expected}
      run={() =>
        result(
          api.POST('/v1/groups/{groupId}/backups/retire', {
            params: { path: { groupId } },
            body: { clientName, policyName, dismissed },
          }),
        )
      }
      onDone={onChanged}
    />
  );
};

export const ClientPolicySection = ({ clientPolicy, domain, onChanged }: ClientPolicySectionProps) => {
  const text = clientWords();
  const { groupId, clientName, policyName, history, target } = clientPolicy;
  const zone = zoneOfDomain(domain);
  const source = (text.targetFrom as Readonly<Record<string, string>>)[target?.from ?? ''];
  return (
    <article class="client-policy" aria-label={policyName}>
      <header class="section-title">
        <h3>{policyName}</h3>
        {can('admin') && <Retire clientPolicy={clientPolicy} onChanged={onChanged} />}
      </header>
      <Facts
        facts={[
          [text.lastGood, <ClientPolicyBadge key="badge" clientPolicy={clientPolicy} />],
          [
            text.target,
            target?.targetHours === undefined
              ? text.noTarget
              : `${formatDuration(target.targetHours * 3600)} (${source ?? target.from ?? ''})`,
          ],
          [text.due, target?.dueAt && formatTime(target.dueAt, domain)],
          [
            text.rate,
            history?.successRate !== undefined &&
              formatNumber(history.successRate, { style: 'percent', maximumFractionDigits: 1 }),
          ],
          [text.longestGap, history && text.gapDays(formatNumber(history.longestGapDays))],
        ]}
      />
      {history && (
        <Days
          label={text.history(formatNumber(DAYS))}
          cells={cellsOf(history)}
          linkOf={(day) => ({
            to: domainPath(groupId, '/jobs'),
            query: {
              clientName,
              policyName,
              from: startOfDay(day, zone),
              to: startOfDay(dayAfter(day), zone),
            },
          })}
        />
      )}
    </article>
  );
};
