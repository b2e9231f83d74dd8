// A server to be killed: starts the cluster of argv[2], provisions the slug argv[3], prints what it has, and stays.
import { right } from '../../../domain/testing/outcome.ts';
import { startEmbeddedPostgres } from './postgres.ts';
import { embeddedDatabaseProvider } from './provider.ts';
import { silent } from './testing.ts';

const [, , dataDir = '', slug = ''] = process.argv;
const cluster = await startEmbeddedPostgres({ dataDir, port: 0, logger: silent });
const signal = AbortSignal.timeout(60_000);
const { env } = await right(embeddedDatabaseProvider(cluster).provision({ sessionId: slug, slug, signal }));
process.stdout.write(`${JSON.stringify({ pid: cluster.pid(), url: env.DATABASE_URL })}\n`);
setInterval(() => {}, 60_000);
