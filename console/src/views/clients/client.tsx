/** One client of a domain: each of its policies day by day, its problems, jobs and images. */
import { useDomain } from '../../api/domains.ts';
import { Freshness, Loaded } from '../../components/loaded.tsx';
import { Page, Section } from '../../components/page.tsx';
import { DomainNav } from '../domains/domain-nav.tsx';
import { ImageList } from '../images/image-list.tsx';
import { JobList } from '../jobs/job-list.tsx';
import { ProblemsOf } from '../jobs/job-problems.tsx';
import { ClientPolicySection } from './client-policy.tsx';
import { Legend } from './day-strip.tsx';
import { useClientPolicies } from './load-client-policies.ts';
import { clientWords } from './words.ts';

interface ClientProps {
  readonly groupId: string;
  readonly clientName: string;
}

export const Client = ({ groupId, clientName }: ClientProps) => {
  const domain = useDomain(groupId).data;
  const resource = useClientPolicies(groupId, clientName);
  const text = clientWords();
  const isThis = (name: string | undefined): boolean => name?.toLowerCase() === clientName.toLowerCase();
  return (
    <Page title={clientName}>
      <DomainNav groupId={groupId} />
      <Section title={text.policies}>
        <Freshness resource={resource} />
        <Loaded resource={resource} isEmpty={(all) => all.length === 0} empty={text.unknownClient}>
          {(all) => (
            <>
              <Legend />
              {all.map((one) => (
                <ClientPolicySection
                  key={one.policyName}
                  clientPolicy={one}
                  domain={domain}
                  onChanged={resource.reload}
                />
              ))}
            </>
          )}
        </Loaded>
      </Section>
      <Section title={text.problems}>
        <ProblemsOf
          groupId={groupId}
          isAbout={({ subject }) => isThis(subject['clientName'])}
          none={text.noProblem}
        />
      </Section>
      <Section title={text.jobs}>
        <JobList groupId={groupId} filter={{ clientName }} isOfClient />
      </Section>
      <Section title={text.images}>
        <ImageList groupId={groupId} filter={{ clientName }} isOfClient />
      </Section>
    </Page>
  );
};
