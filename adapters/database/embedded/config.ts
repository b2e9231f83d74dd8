/** The cluster's superuser. It may connect over the private socket directory only. */
export const SUPERUSER = 'mk0r_admin';

/** Connections of all sessions together; each role is limited to 20 of them. */
const MAX_CONNECTIONS = 300;

const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/**
 * `postgresql.conf`: durable (fsync stays on), small (about 18 MB with 16 MB of shared buffers), no replication.
 * What sessions provoke is not logged: an ERROR would carry their statements and values. Write-ahead log that is done
 * with is deleted, not kept to be written over: it holds rows of databases that were dropped.
 */
export const postgresqlConf = (options: { readonly port: number; readonly socketDir: string }): string => `
listen_addresses = '127.0.0.1'
port = ${options.port}
unix_socket_directories = ${quoted(options.socketDir)}
unix_socket_permissions = 0700
max_connections = ${MAX_CONNECTIONS}
superuser_reserved_connections = 10
password_encryption = scram-sha-256
authentication_timeout = 10s
client_connection_check_interval = 1s

shared_buffers = 16MB
work_mem = 4MB
maintenance_work_mem = 32MB
max_parallel_workers_per_gather = 0
temp_file_limit = 512MB
jit = off

wal_level = minimal
max_wal_senders = 0
max_wal_size = 256MB
min_wal_size = 32MB
wal_recycle = off
wal_init_zero = off
max_prepared_transactions = 0
idle_in_transaction_session_timeout = 10min

log_min_messages = fatal
log_min_error_statement = panic
log_error_verbosity = terse
log_checkpoints = off
log_timezone = 'UTC'
timezone = 'UTC'
`;

/** A session reaches the database of its own name and nothing else; the superuser is not reachable over TCP at all. */
export const PG_HBA = `
local  all       ${SUPERUSER}                scram-sha-256
host   all       ${SUPERUSER}  0.0.0.0/0     reject
host   sameuser  all         127.0.0.1/32  scram-sha-256
local  all       all                       reject
host   all       all         0.0.0.0/0     reject
host   all       all         ::/0          reject
`;
