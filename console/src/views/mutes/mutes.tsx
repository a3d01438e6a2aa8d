/** The mute rules that have not ended. */
import { useState } from 'preact/hooks';
import { api, result } from '../../api/client.ts';
import { useResource } from '../../api/resource.ts';
import { can } from '../../api/session.ts';
import { Confirm } from '../../components/confirm.tsx';
import { useQuery } from '../../components/filters.tsx';
import { Link } from '../../components/link.tsx';
import { Freshness, Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { Page } from '../../components/page.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { formatList } from '../../format/numbers.ts';
import { formatWeekday } from '../../format/times.ts';
import { omitUndefined } from '../../omit-undefined.ts';
import { problemWords } from '../problems/words.ts';
import { CreateMute } from './create-mute.tsx';
import { DAYS, type MuteRule } from './mute-form.ts';
import { muteWords } from './words.ts';

const matchesText = ({ groupId, clientName, policyName, labels, kinds }: MuteRule): string => {
  const { kinds: names } = problemWords();
  const parts = [
    groupId,
    clientName,
    policyName,
    ...Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`),
    ...(kinds ?? []).map((kind) => names[kind]),
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? muteWords().everything : parts.join(', ');
};

const windowText = ({ window }: MuteRule): string => {
  const text = muteWords();
  if (!window) return text.always;
  const days = formatList(DAYS.filter((day) => window.days.includes(day)).map(formatWeekday));
  return text.weekly(days, window.from, window.to, window.timeZone);
};

const columns = (onDone: () => void): readonly Column<MuteRule>[] => {
  const text = muteWords();
  return [
    { name: 'reason', title: text.reason, width: 'wide', cell: ({ reason }) => reason },
    { name: 'matches', title: text.matches, cell: matchesText },
    { name: 'window', title: text.window, cell: windowText },
    { name: 'until', title: text.until, cell: ({ until }) => <Moment at={until} /> },
    { name: 'by', title: text.by, width: 'extra', cell: ({ by }) => by },
    {
      name: 'end',
      title: text.end,
      cell: ({ muteId, reason }) =>
        can('command') && (
          <Confirm
            title={text.end}
            question={text.endRule(reason)}
            effect={text.endQuestion}
            done={text.ended}
            run={() => result(api.DELETE('/v1/mutes/{muteId}', { params: { path: { muteId } } }))}
            onDone={onDone}
          />
        ),
    },
  ];
};

export const Mutes = () => {
  const [{ groupId, clientName, policyName }] = useQuery();
  const start = omitUndefined({ groupId, clientName, policyName });
  const [isCreating, setCreating] = useState(Object.keys(start).length > 0);
  const text = muteWords();
  const rules = useResource('mutes', () => result(api.GET('/v1/mutes')));
  return (
    <Page
      title={text.title}
      actions={
        <>
          <Link to="/problems">{problemWords().title}</Link>
          {can('command') && (
            <button type="button" class="primary" onClick={() => setCreating(true)}>
              {text.create}
            </button>
          )}
        </>
      }
    >
      <p class="quiet">{text.about}</p>
      <Freshness resource={rules} />
      <Loaded resource={rules} isEmpty={({ items }) => items.length === 0} empty={text.none}>
        {({ items }) => (
          <Table
            label={text.title}
            columns={columns(rules.reload)}
            rows={items}
            rowKey={({ muteId }) => muteId}
          />
        )}
      </Loaded>
      {isCreating && can('command') && (
        <CreateMute start={start} onDone={rules.reload} onClose={() => setCreating(false)} />
      )}
    </Page>
  );
};
