/** Is anything wrong? */
import { Page } from '../../components/page.tsx';
import { shellWords } from '../../shell/words.ts';
import { ProblemList } from '../problems/problem-list.tsx';

export const Overview = () => (
  <Page title={shellWords().overview}>
    <ProblemList filter={{}} />
  </Page>
);
