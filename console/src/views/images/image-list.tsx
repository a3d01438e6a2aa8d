/** A table of images: the view of all of them, and a part of other views. */
import { api, result } from '../../api/client.ts';
import { type Page, usePages } from '../../api/pages.ts';
import { Link } from '../../components/link.tsx';
import { PagedTable } from '../../components/paged-table.tsx';
import type { Column } from '../../components/table.tsx';
import { textOf } from '../../format/values.ts';
import { omitUndefined } from '../../omit-undefined.ts';
import { type Times, useTimes } from '../domain-zone.ts';
import { clientPath, domainPath, imagePath } from '../paths.ts';
import { type Image, ImageBadge } from './image-badge.tsx';
import type { ImageQuery } from './image-query.ts';
import { imageWords } from './words.ts';

/** How many images a page has. */
const LIMIT = 200;

const loadImages = async (
  groupId: string | undefined,
  filter: ImageQuery,
  cursor: string | undefined,
): Promise<Page<Image>> => {
  const query = { ...filter, limit: LIMIT, ...omitUndefined({ cursor }) };
  if (groupId === undefined) return await result(api.GET('/v1/images', { params: { query } }));
  const { label: _, ...ofGroup } = query;
  return await result(
    api.GET('/v1/groups/{groupId}/images', { params: { path: { groupId }, query: ofGroup } }),
  );
};

interface Shown {
  readonly hasDomains: boolean;
  readonly hasClients: boolean;
  readonly times: Times;
}

const columns = ({ hasDomains, hasClients, times }: Shown): readonly Column<Image>[] => {
  const text = imageWords();
  const optional = (isShown: boolean, column: Column<Image>) => (isShown ? [column] : []);
  return [
    {
      name: 'image',
      title: text.image,
      cell: ({ groupId, backupId }) => <Link {...imagePath(groupId, backupId)}>{backupId}</Link>,
    },
    { name: 'state', title: text.state, cell: (image) => <ImageBadge image={image} /> },
    ...optional(hasDomains, {
      name: 'domain',
      title: text.domain,
      cell: ({ groupId }) => <Link to={domainPath(groupId)}>{groupId}</Link>,
    }),
    ...optional(hasClients, {
      name: 'client',
      title: text.client,
      cell: ({ groupId, clientName }) => {
        const name = textOf(clientName);
        return name && <Link {...clientPath(groupId, name)}>{name}</Link>;
      },
    }),
    {
      name: 'clientType',
      title: text.clientType,
      width: 'extra',
      cell: ({ clientType }) => textOf(clientType),
    },
    {
      name: 'backedUp',
      title: times.title(text.backedUp),
      cell: ({ groupId, backedUpAt }) => backedUpAt && times.cell(backedUpAt, groupId),
    },
    {
      name: 'reported',
      title: times.title(text.reported),
      width: 'extra',
      cell: ({ groupId, lastReportedAt }) => times.cell(lastReportedAt, groupId),
    },
  ];
};

interface ImageListProps {
  /** The images of one domain; absent: of all. */
  readonly groupId?: string | undefined;
  readonly filter: ImageQuery;
  /** Whether the list is about one client. */
  readonly isOfClient?: boolean;
}

export const ImageList = ({ groupId, filter, isOfClient = false }: ImageListProps) => {
  const times = useTimes(groupId);
  const pages = usePages(`images ${groupId ?? ''} ${JSON.stringify(filter)}`, (cursor) =>
    loadImages(groupId, filter, cursor),
  );
  const text = imageWords();
  return (
    <PagedTable
      pages={pages}
      empty={text.none}
      label={text.title}
      columns={columns({ hasDomains: groupId === undefined, hasClients: !isOfClient, times })}
      rowKey={(image) => `${image.groupId}/${image.backupId}`}
    />
  );
};
