/** The events of one domain, live. */
import { useMemo, useState } from 'preact/hooks';
import { useRoute } from 'preact-iso/router';
import { api, result } from '../../api/client.ts';
import { Badge } from '../../components/badge.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { type Filter, Filters, useQuery } from '../../components/filters.tsx';
import { Link } from '../../components/link.tsx';
import { Freshness, Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { Page } from '../../components/page.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { HOUR_MS } from '../../format/milliseconds.ts';
import { omitUndefined } from '../../omit-undefined.ts';
import { DomainNav } from '../domains/domain-nav.tsx';
import { imagePath, jobPath } from '../paths.ts';
import { reasonText } from '../quarantine/words.ts';
import { type Event, factsOf } from './event-facts.ts';
import { useFeed } from './use-feed.ts';
import { eventWords } from './words.ts';

const DEFAULT_HOURS = '6';

const filters = (): readonly Filter[] => {
  const text = eventWords();
  const choicesOf = (titles: Readonly<Record<string, string>>) =>
    Object.entries(titles).map(([value, title]) => ({ value, title }));
  return [
    { name: 'object', title: text.object, choices: choicesOf(text.objects) },
    { name: 'hours', title: text.period, choices: choicesOf(text.periods), standard: DEFAULT_HOURS },
  ];
};

const named = (texts: Readonly<Record<string, string>>, name: string | undefined): string =>
  name === undefined ? '' : (texts[name] ?? name);

const What = ({ event }: { event: Event }) => {
  const text = eventWords();
  const facts = factsOf(event);
  switch (facts.kind) {
    case 'job':
      return (
        <>
          <Link to={jobPath(event.groupId, facts.jobId)}>{text.job(String(facts.jobId))}</Link>{' '}
          {named(text.states, facts.state)}
          {facts.status !== undefined && facts.state === 'DONE' && `, ${text.status(String(facts.status))}`}
        </>
      );
    case 'image':
      return (
        <>
          <Link {...imagePath(event.groupId, facts.backupId)}>{text.image(facts.backupId)}</Link>{' '}
          {named(text.operations, facts.operation)}
        </>
      );
    case 'quarantined':
      return (
        <Badge tone="warning">
          {text.quarantined}: {reasonText(facts.reason)}
        </Badge>
      );
    default:
      return <>{text.other(facts.object)}</>;
  }
};

const aboutOf = (event: Event): string => {
  const facts = factsOf(event);
  return 'about' in facts ? facts.about : '';
};

const columns = (show: (event: Event) => void): readonly Column<Event>[] => {
  const text = eventWords();
  return [
    { name: 'received', title: text.received, cell: ({ receivedAt }) => <Moment at={receivedAt} /> },
    { name: 'what', title: text.what, cell: (event) => <What event={event} /> },
    { name: 'where', title: text.where, width: 'wide', cell: aboutOf },
    {
      name: 'show',
      title: text.notification,
      width: 'extra',
      cell: (event) => (
        <button type="button" class="plain" onClick={() => show(event)}>
          {text.show}
        </button>
      ),
    },
  ];
};

export const Events = () => {
  const { groupId = '' } = useRoute().params;
  const [{ object, hours = DEFAULT_HOURS }] = useQuery();
  const [shown, show] = useState<Event>();
  const text = eventWords();
  const key = `events ${groupId} ${object ?? ''} ${hours}`;
  // The start time stays the same, so that the cursor remains valid.
  const from = useMemo(() => new Date(Date.now() - (Number(hours) || 6) * HOUR_MS).toISOString(), [key]);
  const feed = useFeed(key, (after) =>
    result(
      api.GET('/v1/groups/{groupId}/events', {
        params: {
          path: { groupId },
          query: { limit: 500, from, ...(object ? { object } : {}), ...omitUndefined({ after }) },
        },
      }),
    ),
  );
  return (
    <Page title={text.title(groupId)}>
      <DomainNav groupId={groupId} />
      <p class="quiet">{text.about}</p>
      <Filters filters={filters()} />
      <Freshness resource={feed} />
      <Loaded resource={feed} isEmpty={(rows) => rows.length === 0} empty={text.none}>
        {(rows) => (
          <Table
            label={text.title(groupId)}
            columns={columns(show)}
            rows={rows}
            rowKey={({ eventId }) => eventId}
          />
        )}
      </Loaded>
      {shown && (
        <Dialog title={text.notification} onClose={() => show(undefined)}>
          <pre>{shown.text ?? JSON.stringify(shown.notification, undefined, 2)}</pre>
        </Dialog>
      )}
    </Page>
  );
};
