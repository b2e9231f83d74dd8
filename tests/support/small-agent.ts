/**
 * An ACP agent in a line, as `AGENT_COMMAND` starts it inside a sandbox: offers two models, looks at pictures, and says with
 * which model it heard what. It fails at a message that says `fail`, and takes its time over one that says `slow`.
 */
const SCRIPT = [
  'let b="",m="";const o=v=>console.log(JSON.stringify({jsonrpc:"2.0",...v}));',
  'const w=async(id,[{text:t},...r])=>{',
  'const s=text=>o({method:"session/update",params:{sessionId:"s",update:{sessionUpdate:"agent_message_chunk",content:{type:"text",text:text+"\\n\\n"}}}});',
  'if(/fail/.test(t))return o({id,error:{code:-32603,message:"no"}});s(m+" heard: "+t);',
  'for(const k of r)if(k.data)s("I see "+atob(k.data).length+" bytes");',
  'if(/slow/.test(t))for(let i=1;i<9;i++){await new Promise(r=>setTimeout(r,900));s("Part "+i)}',
  'o({id,result:{stopReason:"end_turn"}})};',
  'process.stdin.on("data",d=>{for(const l of(b+=d).split("\\n").slice(0,-1)){const{id,params:p}=JSON.parse(l);',
  'if(p.value)m=p.value;if(p.prompt)w(id,p.prompt);else if(id+1)o({id,result:{protocolVersion:1,sessionId:"s",',
  'agentCapabilities:{promptCapabilities:{image:!0}},',
  'configOptions:[{id:"model",name:"M",type:"select",currentValue:"haiku",options:[{value:"haiku",name:"Small"},{value:"big",name:"Big"}]}]}})}',
  'b=b.slice(b.lastIndexOf("\\n")+1)})',
].join('');

export const SMALL_AGENT = `node -e '${SCRIPT}'`;
