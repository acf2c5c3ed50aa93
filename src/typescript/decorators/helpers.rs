//! What lowered decorators call, in one line before the code.
//!
//! As tsc's `__esDecorate` and `__runInitializers` behave, down to the words of their errors: the
//! decorators proposal's ApplyDecoratorsToElementDefinition, the last decorator first.

/// The object of helpers under a name of ours.
pub(super) fn preamble(name: &str) -> String {
    format!("const {name}={{{}}};", MEMBERS.join(","))
}

const MEMBERS: [&str; 7] = [
    // ToPropertyKey, ECMA-262 7.1.19, once.
    "key(value){return Reflect.ownKeys({[value]:0})[0]}",
    // A class that is anonymous where it stands gets the name of what it is assigned to.
    "name(target,name){\
     if(Object.getOwnPropertyDescriptor(target,\"name\")?.value===\"\")\
     Object.defineProperty(target,\"name\",{value:typeof name!==\"symbol\"?name:\
     name.description===undefined?\"\":`[${name.description}]`,configurable:true})}",
    "metadata(parent){\
     return Symbol.metadata?Object.create(parent?.[Symbol.metadata]??null):undefined}",
    "decorate(target,descriptor,decorators,given,initializers,extra){\
     const{kind,name}=given;\
     const part=kind===\"getter\"?\"get\":kind===\"setter\"?\"set\":\"value\";\
     const home=!descriptor&&target?given.static?target:target.prototype:null;\
     const all=descriptor??(home?Object.getOwnPropertyDescriptor(home,name):{});\
     let isDone=false;\
     const callable=(it)=>{\
     if(it!==undefined&&typeof it!==\"function\")throw new TypeError(\"Function expected\");\
     return it};\
     for(let i=decorators.length-1;i>=0;i--){\
     const context={...given};\
     if(given.access)context.access={...given.access};\
     context.addInitializer=function(initializer){\
     if(isDone)throw new TypeError(\"Cannot add initializers after decoration has completed\");\
     extra.push(callable(initializer||null))};\
     const result=(0,decorators[i])(kind===\"accessor\"?{get:all.get,set:all.set}:all[part],context);\
     if(kind!==\"accessor\"){\
     if(callable(result)){if(kind===\"field\")initializers.unshift(result);else all[part]=result}\
     continue}\
     if(result===undefined)continue;\
     if(result===null||typeof result!==\"object\")throw new TypeError(\"Object expected\");\
     let it;\
     if(it=callable(result.get))all.get=it;\
     if(it=callable(result.set))all.set=it;\
     if(it=callable(result.init))initializers.unshift(it)}\
     if(home)Object.defineProperty(home,name,all);\
     isDone=true;\
     return all}",
    "finish(target,metadata){\
     if(metadata)Object.defineProperty(target,Symbol.metadata,\
     {enumerable:true,configurable:true,writable:true,value:metadata})}",
    // A private method as the method of an object, with the home that `super` in it needs.
    "method(object,name,home){\
     if(home)Object.setPrototypeOf(object,home);\
     return Object.getOwnPropertyDescriptor(object,name)}",
    "run(receiver,initializers,value){\
     const hasValue=arguments.length>2;\
     for(let i=0;i<initializers.length;i++)\
     value=hasValue?initializers[i].call(receiver,value):initializers[i].call(receiver);\
     return hasValue?value:undefined}",
];
