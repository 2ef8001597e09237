import { NodeRed, freePort } from '/work/bench/test/harness/node-red';
import { filledExample, withControl } from '/work/bench/test/harness/project';
async function main() {
  const port = await freePort();
  const stub = process.argv[2] === 'stub';
  const nr = await NodeRed.start({ execArgv: ['--expose-gc','--cpu-prof','--cpu-prof-dir=/tmp/prof','--cpu-prof-interval=200','-r','/work/bench/bench/contenders/probe.cjs'], env: {BENCH_PROBE_PORT: String(port), BENCH_PACKAGE: '/work/bench'} });
  await fetch(`http://127.0.0.1:${port}/stub?prints=1500`);
  const flow = filledExample({bambuddyUrl:'http://127.0.0.1:9',apiKey:'x',inventreeUrl:'http://127.0.0.1:9',token:'y',category:1,location:1}, {'sync-store':{file: nr.userDir+'/s.json'},'bambuddy-archive-in':{live:false,interval:0}, debug:{active:false}});
  await nr.deploy(withControl(flow));
  await new Promise(r=>setTimeout(r,1500));
  const c0 = await (await fetch(`http://127.0.0.1:${port}/cpu`)).json() as number;
  const r = await fetch(nr.url+'/control',{method:'POST',headers:{'content-type':'application/json'},body:JSON.stringify({action:'backfill',mode:'all'})});
  console.log((await r.text()).slice(0,200));
  const c1 = await (await fetch(`http://127.0.0.1:${port}/cpu`)).json() as number;
  console.log('us per print', (c1-c0)*1000/1500);
  await nr.stop();
}
main();
