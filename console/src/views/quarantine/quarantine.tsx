/** Notifications of a domain that could not be interpreted, with replay. */
import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso/router';
import { api, result, type Schemas } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { can } from '../../api/session.ts';
import { useCall } from '../../components/action.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Failure } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { Page } from '../../components/page.tsx';
import { PagedTable } from '../../components/paged-table.tsx';
import type { Column } from '../../components/table.tsx';
import { DomainNav } from '../domains/domain-nav.tsx';
import { quarantineWords, reasonText } from './words.ts';

type Quarantined = Schemas['QuarantinedNotification'];

interface RowActions {
  readonly show: (row: Quarantined) => void;
  readonly replay: (row: Quarantined) => void;
  readonly isBusy: boolean;
}

const columns = ({ show, replay, isBusy }: RowActions): readonly Column<Quarantined>[] => {
  const text = quarantineWords();
  return [
    { name: 'received', title: text.received, cell: ({ receivedAt }) => <Moment at={receivedAt} /> },
    { name: 'reason', title: text.reason, cell: ({ reason }) => reasonText(reason) },
    { name: 'object', title: text.object, width: 'extra', cell: ({ object }) => object },
    {
      name: 'text',
      title: text.text,
      width: 'wide',
      cell: (row) => (
        <button type="button" class="plain code" onClick={() => show(row)}>
          {row.text.slice(0, 80)}
        </button>
      ),
    },
    ...(can('admin')
      ? [
          {
            name: 'replay',
            title: text.replay,
            cell: (row: Quarantined) => (
              <button
                type="button"
                aria-label={text.replayOf(row.eventId)}
                disabled={isBusy}
                onClick={() => replay(row)}
              >
                {text.replay}
              </button>
            ),
          },
        ]
      : []),
  ];
};

export const Quarantine = () => {
  const { groupId = '' } = useRoute().params;
  const [shown, show] = useState<Quarantined>();
  const [{ isBusy, failure }, call] = useCall();
  const text = quarantineWords();
  const pages = usePages(`quarantine ${groupId}`, (cursor) =>
    result(
      api.GET('/v1/groups/{groupId}/quarantine', {
        params: { path: { groupId }, query: cursor ? { cursor } : {} },
      }),
    ),
  );
  const replay = async ({ eventId }: Quarantined): Promise<void> => {
    const path = { groupId, eventId };
    const request = () =>
      result(api.POST('/v1/groups/{groupId}/quarantine/{eventId}/replay', { params: { path } }));
    if (await call(request, text.replayed)) pages.reload();
  };
  return (
    <Page title={text.title(groupId)}>
      <DomainNav groupId={groupId} />
      <p class="quiet">{text.about}</p>
      {failure && <Failure failure={failure} />}
      <PagedTable
        pages={pages}
        empty={text.none}
        label={text.title(groupId)}
        columns={columns({ show, replay: (row) => void replay(row), isBusy })}
        rowKey={({ eventId }) => eventId}
      />
      {shown && (
        <Dialog title={reasonText(shown.reason)} onClose={() => show(undefined)}>
          <pre>{shown.text}</pre>
        </Dialog>
      )}
    </Page>
  );
};
