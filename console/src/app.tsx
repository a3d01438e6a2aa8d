/** The page: sign-in, or the navigation and one view. */
import { useSignalEffect } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import lazy, { ErrorBoundary } from 'preact-iso/lazy';
import { LocationProvider, Route, Router } from 'preact-iso/router';
import type { ApiFailure } from './api/failure.ts';
import { forgetResources } from './api/resource.ts';
import { loadSession, session } from './api/session.ts';
import { LiveRegion } from './components/announce.tsx';
import { Link } from './components/link.tsx';
import { Failure } from './components/loaded.tsx';
import { Page } from './components/page.tsx';
import { common } from './i18n/common.ts';
import { Header } from './shell/header.tsx';
import { SignIn } from './shell/sign-in.tsx';
import { shellWords } from './shell/words.ts';
import { CONSOLE_PATH, consolePath } from './urls.ts';
import { Overview } from './views/overview/overview.tsx';

/** A view that is loaded when it is opened. After a deployment, the files of an older page are gone. */
const view = <View,>(load: () => Promise<View>): View => lazy(() => load().catch(() => NotLoaded as View));

const Problems = view(() => import('./views/problems/problems.tsx').then((view) => view.Problems));
const Clients = view(() => import('./views/clients/clients.tsx').then((view) => view.Clients));
const Images = view(() => import('./views/images/images.tsx').then((view) => view.Images));
const ImageView = view(() => import('./views/images/image.tsx').then((view) => view.ImageView));
const JobView = view(() => import('./views/jobs/job.tsx').then((view) => view.JobView));
const Jobs = view(() => import('./views/jobs/jobs.tsx').then((view) => view.Jobs));
const Keys = view(() => import('./views/keys/keys.tsx').then((view) => view.Keys));
const Commands = view(() => import('./views/commands/commands.tsx').then((view) => view.Commands));
const CommandPage = view(() => import('./views/commands/command.tsx').then((view) => view.CommandPage));
const Credential = view(() => import('./views/credential/credential.tsx').then((view) => view.Credential));
const Act = view(() => import('./views/act/act.tsx').then((view) => view.Act));
const Endpoints = view(() => import('./views/endpoints/endpoints.tsx').then((view) => view.Endpoints));
const Settings = view(() => import('./views/settings/settings.tsx').then((view) => view.Settings));
const NewDomain = view(() => import('./views/new-domain/new-domain.tsx').then((view) => view.NewDomain));
const Explorer = view(() => import('./views/explorer/explorer.tsx').then((view) => view.Explorer));
const Sessions = view(() => import('./views/sessions/sessions.tsx').then((view) => view.Sessions));
const Audit = view(() => import('./views/audit/audit.tsx').then((view) => view.Audit));
const ProblemView = view(() => import('./views/problems/problem.tsx').then((view) => view.ProblemView));
const Mutes = view(() => import('./views/mutes/mutes.tsx').then((view) => view.Mutes));
const Domains = view(() => import('./views/domains/domains.tsx').then((view) => view.Domains));
const DomainView = view(() => import('./views/domains/domain.tsx').then((view) => view.DomainView));
const Events = view(() => import('./views/events/events.tsx').then((view) => view.Events));
const Quarantine = view(() => import('./views/quarantine/quarantine.tsx').then((view) => view.Quarantine));

const NotFound = () => (
  <Page title={shellWords().notFound}>
    <Link to="/">{shellWords().back}</Link>
  </Page>
);

const NotLoaded = () => (
  <Page title={shellWords().notLoaded}>
    <p>{shellWords().newer}</p>
    <button type="button" onClick={() => location.reload()}>
      {common().reload}
    </button>
  </Page>
);

const Views = () => (
  <LocationProvider scope={CONSOLE_PATH}>
    <Header />
    <main id="content" tabIndex={-1}>
      <ErrorBoundary>
        <Router>
          <Route path={consolePath('/')} component={Overview} />
          <Route path={consolePath('/problems')} component={Problems} />
          <Route path={consolePath('/jobs')} component={Jobs} />
          <Route path={consolePath('/domains/:groupId/jobs')} component={Jobs} />
          <Route path={consolePath('/domains/:groupId/jobs/:jobId')} component={JobView} />
          <Route path={consolePath('/clients')} component={Clients} />
          <Route path={consolePath('/domains/:groupId/clients')} component={Clients} />
          <Route path={consolePath('/images')} component={Images} />
          <Route path={consolePath('/domains/:groupId/images')} component={Images} />
          <Route path={consolePath('/domains/:groupId/image')} component={ImageView} />
          <Route path={consolePath('/act/:action')} component={Act} />
          <Route path={consolePath('/domains/new')} component={NewDomain} />
          <Route path={consolePath('/domains/:groupId/endpoints')} component={Endpoints} />
          <Route path={consolePath('/domains/:groupId/settings')} component={Settings} />
          <Route path={consolePath('/domains/:groupId/explorer')} component={Explorer} />
          <Route path={consolePath('/domains/:groupId/commands')} component={Commands} />
          <Route path={consolePath('/domains/:groupId/commands/:commandId')} component={CommandPage} />
          <Route path={consolePath('/domains/:groupId/credential')} component={Credential} />
          <Route path={consolePath('/keys')} component={Keys} />
          <Route path={consolePath('/sessions')} component={Sessions} />
          <Route path={consolePath('/audit')} component={Audit} />
          <Route path={consolePath('/domains/:groupId/audit')} component={Audit} />
          <Route path={consolePath('/problems/mutes')} component={Mutes} />
          <Route path={consolePath('/problems/:problemId')} component={ProblemView} />
          <Route path={consolePath('/domains')} component={Domains} />
          <Route path={consolePath('/domains/:groupId')} component={DomainView} />
          <Route path={consolePath('/domains/:groupId/events')} component={Events} />
          <Route path={consolePath('/domains/:groupId/quarantine')} component={Quarantine} />
          <Route default component={NotFound} />
        </Router>
      </ErrorBoundary>
    </main>
  </LocationProvider>
);

export const App = () => {
  const [failure, setFailure] = useState<ApiFailure>();
  const load = (): void => {
    setFailure(undefined);
    loadSession().catch(setFailure);
  };
  useEffect(load, []);
  // What one person loaded is not shown to the next.
  useSignalEffect(() => {
    if (session.value === null) forgetResources();
  });
  return (
    <>
      {session.value ? (
        <Views />
      ) : session.value === null ? (
        <SignIn />
      ) : (
        <main class="sign-in">
          <h1>{common().product}</h1>
          {failure ? <Failure failure={failure} retry={load} /> : <p role="status">{common().loading}</p>}
        </main>
      )}
      <LiveRegion />
    </>
  );
};
