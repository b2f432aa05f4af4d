// MQTT.js as a 3.1.1 client against the broker on the port given: each step writes one line of JSON, and the test compares.
'use strict';

const mqtt = require('mqtt');

const port = Number(process.argv[2]);
const open = (options) => mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
  protocolVersion: 4, reconnectPeriod: 0, connectTimeout: 20000, ...options,
}, false);
const say = (step, result) => process.stdout.write(JSON.stringify({ step, result }) + '\n');

/** The next `count` messages of a client, as topic, payload, QoS and retain flag. */
const messages = (client, count) => new Promise((resolve) => {
  const seen = [];
  client.on('message', (topic, payload, packet) => {
    seen.push([topic, payload.toString(), packet.qos, packet.retain]);
    if (seen.length === count) resolve(seen);
  });
});

async function main() {
  const a = await open({ clientId: 'js-a' });
  const granted = await a.subscribeAsync({ 'js/+/value': { qos: 2 }, 'js/#': { qos: 0 } });
  say('granted', granted.map((g) => [g.topic, g.qos]));

  const echo = messages(a, 3);
  for (const qos of [0, 1, 2]) await a.publishAsync(`js/${qos}/value`, `q${qos} é 中`, { qos });
  say('echo', await echo);

  const late = await open({ clientId: 'js-late' });
  await a.publishAsync('kept/x', 'kept', { qos: 1, retain: true });
  const retained = messages(late, 1);
  await late.subscribeAsync('kept/#', { qos: 1 });
  say('retained', await retained);

  const doomed = await open({ clientId: 'js-doomed', will: { topic: 'kept/will', payload: 'gone', qos: 1, retain: false } });
  const will = messages(late, 1);
  doomed.stream.destroy();
  say('will', await will);

  const first = await open({ clientId: 'js-p', clean: false });
  await first.subscribeAsync('p/#', { qos: 2 });
  await first.endAsync();
  for (const qos of [0, 1, 2]) await a.publishAsync(`p/${qos}`, 'waited', { qos });
  const second = mqtt.connect(`mqtt://127.0.0.1:${port}`, { protocolVersion: 4, reconnectPeriod: 0, clientId: 'js-p', clean: false });
  const waited = messages(second, 2);
  const present = new Promise((resolve) => second.on('connect', (packet) => resolve(packet.sessionPresent)));
  say('resumed', [await present, await waited]);

  await a.unsubscribeAsync('js/#');
  const refused = await open({ clientId: 'js-refused', username: 'nobody', password: 'x' }).then(() => 0, (error) => error.code);
  say('refused', refused);

  for (const client of [a, late, second]) await client.endAsync();
  say('done', true);
  process.exit(0);
}

main().catch((error) => {
  say('error', String(error && error.stack || error));
  process.exit(1);
});
