/** A job with its parent and child jobs, as nested lists. */
import type { Schemas } from '../../api/client.ts';
import { Link } from '../../components/link.tsx';
import { textOf } from '../../format/values.ts';
import { common } from '../../i18n/common.ts';
import { imagePath, jobPath } from '../paths.ts';
import { JobBadge } from './job-badge.tsx';
import { oneJobWords } from './job-words.ts';

type Node = Schemas['JobNode'];

const Images = ({ node }: { node: Node }) => (
  <ul class="tree-images" aria-label={oneJobWords().images}>
    {node.images.map(({ groupId, backupId }) => (
      <li key={backupId}>
        <Link {...imagePath(groupId, backupId)} class="code">
          {backupId}
        </Link>
      </li>
    ))}
  </ul>
);

const TreeNode = ({ node, jobId }: { node: Node; jobId: number }) => {
  const text = oneJobWords();
  const { jobType, clientName, policyName } = node;
  const name = [jobType, clientName, policyName].map(textOf).filter(Boolean).join(' · ');
  const isThis = node.jobId === jobId;
  return (
    <li>
      <div class="tree-node" aria-current={isThis ? 'true' : undefined}>
        <Link to={jobPath(node.groupId, node.jobId)}>{node.jobId}</Link> <JobBadge job={node} />{' '}
        <span>{name || common().unknown}</span>
        {isThis && <span class="quiet"> ({text.thisJob})</span>}
        {node.parentFailed && <p class="quiet">{text.parentFailed}</p>}
      </div>
      {node.images.length > 0 && <Images node={node} />}
      {node.children.length > 0 && (
        <ul>
          {node.children.map((child) => (
            <TreeNode key={child.jobId} node={child} jobId={jobId} />
          ))}
        </ul>
      )}
    </li>
  );
};

const countOf = ({ children }: Node): number => children.reduce((sum, child) => sum + countOf(child), 1);

export const JobTree = ({ tree, jobId }: { tree: Schemas['JobTree']; jobId: number }) => {
  const text = oneJobWords();
  return (
    <>
      <p class="quiet">{text.treeOf(String(countOf(tree.root)))}</p>
      {!tree.complete && <p class="notice notice-warning">{text.incomplete}</p>}
      <ul class="tree">
        <TreeNode node={tree.root} jobId={jobId} />
      </ul>
    </>
  );
};
