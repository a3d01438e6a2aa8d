/** Who is signed in: the person's own sessions; all sessions for an administrator of all domains. */
import { api, result, type Schemas } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { Badge } from '../../components/badge.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Moment } from '../../components/moment.tsx';
import { Page } from '../../components/page.tsx';
import { PagedTable } from '../../components/paged-table.tsx';
import type { Column } from '../../components/table.tsx';
import { sessionWords } from './words.ts';

type Session = Schemas['ListedSession'];

const columns = (reload: () => void): readonly Column<Session>[] => {
  const text = sessionWords();
  return [
    { name: 'who', title: text.who, cell: ({ name }) => name },
    { name: 'began', title: text.began, cell: ({ createdAt }) => <Moment at={createdAt} /> },
    { name: 'ends', title: text.ends, width: 'extra', cell: ({ expiresAt }) => <Moment at={expiresAt} /> },
    { name: 'from', title: text.from, width: 'extra', cell: ({ sourceIp }) => sourceIp },
    { name: 'browser', title: text.browser, width: 'extra', cell: ({ userAgent }) => userAgent },
    {
      name: 'end',
      title: '',
      cell: ({ sessionId, name, isCurrent }) =>
        isCurrent ? (
          <Badge tone="good">{text.current}</Badge>
        ) : (
          <Confirm
            title={text.end}
            question={text.endQuestion(name)}
            effect={text.endEffect}
            done={text.ended}
            run={() => result(api.DELETE('/v1/sessions/{sessionId}', { params: { path: { sessionId } } }))}
            onDone={reload}
          />
        ),
    },
  ];
};

export const Sessions = () => {
  const text = sessionWords();
  const pages = usePages('sessions', (cursor) =>
    result(api.GET('/v1/sessions', { params: { query: cursor ? { cursor } : {} } })),
  );
  return (
    <Page title={text.title}>
      <p class="quiet measure">{text.what}</p>
      <PagedTable
        pages={pages}
        empty={text.none}
        label={text.title}
        columns={columns(pages.reload)}
        rowKey={({ sessionId }) => sessionId}
      />
    </Page>
  );
};
