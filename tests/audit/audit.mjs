// Runs the whole GraphQL-over-HTTP audit suite against a server and prints one JSON line.
import { auditServer } from 'graphql-http';

const results = await auditServer({ url: process.argv[2] });
const failed = results.filter((result) => result.status !== 'ok');
const count = (level) => results.filter((result) => result.name.startsWith(level)).length;
console.log(JSON.stringify({
  must: count('MUST'),
  should: count('SHOULD'),
  may: count('MAY'),
  failed: failed.map((result) => `${result.id} ${result.name}: ${result.reason}`),
}));
