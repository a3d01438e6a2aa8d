/** The open problems that name a job, or are about a client. */
import { api, result, type Schemas } from '../../api/client.ts';
import { useResource } from '../../api/resource.ts';
import { Badge } from '../../components/badge.tsx';
import { Link } from '../../components/link.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { problemPath } from '../paths.ts';
import { toneOf } from '../problems/problem-table.tsx';
import { problemWords } from '../problems/words.ts';

type Problem = Schemas['Problem'];

/** How many problems of a domain are read; more is unlikely, and the list of problems has the rest. */
const LIMIT = 1_000;

interface ProblemsOfProps {
  readonly groupId: string;
  readonly isAbout: (problem: Problem) => boolean;
  readonly none: string;
}

export const ProblemsOf = ({ groupId, isAbout, none }: ProblemsOfProps) => {
  const resource = useResource(`problems of ${groupId}`, () =>
    result(
      api.GET('/v1/groups/{groupId}/problems', {
        params: { path: { groupId }, query: { limit: LIMIT } },
      }),
    ),
  );
  const text = problemWords();
  return (
    <Loaded resource={resource} isEmpty={({ items }) => !items.some(isAbout)} empty={none}>
      {({ items }) => (
        <ul class="plain-list">
          {items.filter(isAbout).map((problem) => (
            <li key={problem.problemId}>
              <Badge tone={toneOf(problem)}>{text.severities[problem.severity]}</Badge>{' '}
              <Link to={problemPath(problem.problemId)}>{text.kinds[problem.kind]}</Link>{' '}
              <span class="quiet">{text.states[problem.state]}</span>
            </li>
          ))}
        </ul>
      )}
    </Loaded>
  );
};
