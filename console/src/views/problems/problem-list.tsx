/** A list of problems: of all domains, or a part of the view of one. */
import { api, result } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { Freshness, Loaded } from '../../components/loaded.tsx';
import { omitUndefined } from '../../omit-undefined.ts';
import { ProblemTable } from './problem-table.tsx';
import { problemWords } from './words.ts';

export interface ProblemFilter {
  readonly state?: string;
  readonly kind?: string;
  readonly severity?: 'critical' | 'warning';
  readonly label?: string;
}

interface ProblemListProps {
  readonly filter: ProblemFilter;
  /** The problems of one domain; absent: of all. */
  readonly groupId?: string;
  /** The text when there is no problem. */
  readonly empty?: string;
}

export const ProblemList = ({ filter, groupId, empty = problemWords().none }: ProblemListProps) => {
  const pages = usePages(`problems ${groupId ?? ''} ${JSON.stringify(filter)}`, (cursor) => {
    const { label, ...ofGroup } = { ...filter, ...omitUndefined({ cursor }) };
    return groupId === undefined
      ? result(api.GET('/v1/problems', { params: { query: { ...ofGroup, ...omitUndefined({ label }) } } }))
      : result(api.GET('/v1/groups/{groupId}/problems', { params: { path: { groupId }, query: ofGroup } }));
  });
  return (
    <>
      <Freshness resource={pages} />
      <Loaded resource={pages} isEmpty={(rows) => rows.length === 0 && !pages.hasMore} empty={empty}>
        {(rows) => <ProblemTable rows={rows} isOfAll={groupId === undefined} pages={pages} />}
      </Loaded>
    </>
  );
};
