/** The keys of the API. */
import { useState } from 'preact/hooks';
import { api, result, type Schemas } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { can, session } from '../../api/session.ts';
import { Badge } from '../../components/badge.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Moment } from '../../components/moment.tsx';
import { Page } from '../../components/page.tsx';
import { PagedTable } from '../../components/paged-table.tsx';
import type { Column } from '../../components/table.tsx';
import { DAY_MS } from '../../format/milliseconds.ts';
import { now } from '../../format/times.ts';
import { common } from '../../i18n/common.ts';
import { omitUndefined } from '../../omit-undefined.ts';
import { CreateKey } from './create-key.tsx';
import { keyWords } from './words.ts';

type Key = Schemas['Key'];

/** The same number of days as in the problem `key-expiring`. */
const SOON_MS = 14 * DAY_MS;

const reachText = ({ groups, labels }: Key): string => {
  if (groups.includes('*')) return common().all;
  if (labels === undefined) return groups.join(', ');
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
};

const Expiry = ({ expiresAt }: Pick<Key, 'expiresAt'>) => {
  if (expiresAt === undefined) return <>{keyWords().never}</>;
  const left = new Date(expiresAt).getTime() - now.value;
  if (left > SOON_MS) return <Moment at={expiresAt} />;
  return (
    <Badge tone={left <= 0 ? 'critical' : 'warning'}>
      <Moment at={expiresAt} />
    </Badge>
  );
};

const columns = (reload: () => void): readonly Column<Key>[] => {
  const text = keyWords();
  return [
    { name: 'key', title: text.id, cell: ({ keyId }) => <code>{keyId}</code> },
    { name: 'description', title: text.description, width: 'wide', cell: ({ description }) => description },
    { name: 'scopes', title: text.scopes, cell: ({ scopes }) => scopes.join(', ') },
    { name: 'reach', title: text.reach, width: 'extra', cell: reachText },
    {
      name: 'addresses',
      title: text.addresses,
      width: 'extra',
      cell: ({ addresses }) => addresses?.join(', '),
    },
    { name: 'expires', title: text.expires, cell: Expiry },
    {
      name: 'used',
      title: text.lastUsed,
      width: 'extra',
      cell: ({ lastUsedAt }) => (lastUsedAt ? <Moment at={lastUsedAt} /> : text.notUsed),
    },
    {
      name: 'created',
      title: text.created,
      width: 'extra',
      cell: ({ createdAt, createdBy }) => (
        <>
          <Moment at={createdAt} /> {createdBy && <span class="quiet">{text.by(createdBy)}</span>}
        </>
      ),
    },
    {
      name: 'revoke',
      title: '',
      cell: ({ keyId }) =>
        session.value?.keyId === keyId ? (
          <span class="quiet">{text.own}</span>
        ) : (
          <Confirm
            title={text.revoke}
            question={text.revokeQuestion(keyId)}
            effect={text.revokeEffect}
            done={text.revoked}
            run={() => result(api.DELETE('/v1/keys/{keyId}', { params: { path: { keyId } } }))}
            onDone={reload}
          />
        ),
    },
  ];
};

export const Keys = () => {
  const [isCreating, setCreating] = useState(false);
  const text = keyWords();
  const pages = usePages(can('admin') ? 'keys' : undefined, (cursor) =>
    result(api.GET('/v1/keys', { params: { query: { limit: 100, ...omitUndefined({ cursor }) } } })),
  );
  return (
    <Page
      title={text.title}
      actions={
        can('admin') && (
          <button type="button" class="primary" onClick={() => setCreating(true)}>
            {text.create}
          </button>
        )
      }
    >
      <PagedTable
        pages={pages}
        empty={text.none}
        label={text.title}
        columns={columns(pages.reload)}
        rowKey={({ keyId }) => keyId}
      />
      {isCreating && <CreateKey onClose={() => setCreating(false)} onCreated={pages.reload} />}
    </Page>
  );
};
