//! What rewritten code calls, in one line before it, as `babelHelpers`.
//!
//! Decorators and metadata as TypeScript's `tslib` specifies them: the last decorator first, and a
//! `Reflect.decorate` of the program's (reflect-metadata) decides when there is one.

use std::collections::BTreeSet;

/// The object of those helpers that `code` names; nothing when it names none.
pub(super) fn preamble(code: &str) -> String {
    let mut names: BTreeSet<&str> = code
        .match_indices(PREFIX)
        .map(|(at, _)| {
            let rest = &code[at + PREFIX.len()..];
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric());
            &rest[..end.unwrap_or(rest.len())]
        })
        .collect();
    if names
        .iter()
        .any(|name| name.starts_with("classPrivateField"))
    {
        names.insert("assertClassBrand");
    }
    let members: Vec<&str> = HELPERS
        .iter()
        .filter(|(name, _)| names.contains(name))
        .map(|(_, text)| *text)
        .collect();
    match members.is_empty() {
        true => String::new(),
        false => format!("const babelHelpers={{{}}};", members.join(",")),
    }
}

const PREFIX: &str = "babelHelpers.";

/// Private members of classes whose fields are assigned are kept in maps beside them: fields are
/// set up by the constructor then, after parameter properties.
const HELPERS: [(&str, &str); 17] = [
    (
        "decorate",
        "decorate(decorators,target,key,description){\
         const count=arguments.length;\
         let result=count<3?target:description===null?description=Object.getOwnPropertyDescriptor(target,key):description;\
         if(typeof Reflect===\"object\"&&typeof Reflect.decorate===\"function\")result=Reflect.decorate(decorators,target,key,description);\
         else for(let index=decorators.length-1;index>=0;index--){\
         const decorator=decorators[index];\
         if(decorator)result=(count<3?decorator(result):count>3?decorator(target,key,result):decorator(target,key))||result}\
         if(count>3&&result)Object.defineProperty(target,key,result);\
         return result}",
    ),
    (
        "decorateParam",
        "decorateParam(index,decorator){return(target,key)=>decorator(target,key,index)}",
    ),
    // Of an imported enum only the object is known, and only here: tsc, which has looked at its declaration, gives the type of
    // its values. A numeric one has its names under its values, too.
    (
        "decorateMetadata",
        "decorateMetadata(key,value){\
         const type=(it)=>{if(typeof it!==\"object\"||it===null)return it;\
         const kinds=new Set(Object.keys(it).filter((name)=>Number.isNaN(Number(name))).map((name)=>typeof it[name]));\
         const [kind]=kinds;\
         return kinds.size!==1?Object:kind===\"number\"?Number:kind===\"string\"?String:Object};\
         if(typeof Reflect===\"object\"&&typeof Reflect.metadata===\"function\")\
         return Reflect.metadata(key,Array.isArray(value)?value.map(type):type(value))}",
    ),
    // Explicit Resource Management, 7.5: what `using` adds, in reverse order, errors chained.
    (
        "usingCtx",
        "usingCtx(){\
         const none={},stack=[];let tells=0;\
         const add=(waits,value)=>{\
         if(value==null){if(waits)stack.push({waits});return value}\
         if(Object(value)!==value)throw new TypeError(\"using declarations can only be used with objects, functions, null, or undefined\");\
         let dispose=waits?value[Symbol.asyncDispose]:undefined;\
         if(dispose==null){const own=value[Symbol.dispose];\
         dispose=waits&&typeof own===\"function\"?function(){try{own.call(this)}catch(error){return Promise.reject(error)}}:own}\
         if(typeof dispose!==\"function\")throw new TypeError(\"Object is not disposable\");\
         stack.push({waits,value,dispose});return value};\
         return{e:none,u:(value)=>add(false,value),a:(value)=>add(true,value),d(){\
         let failed=this.e!==none,last=this.e;\
         const fail=(error)=>{const before=last;last=error;\
         if(failed){const text=\"An error was suppressed during disposal\";\
         last=typeof SuppressedError===\"function\"?new SuppressedError(error,before,text):\
         Object.assign(new Error(text),{name:\"SuppressedError\",error,suppressed:before})}\
         failed=true};\
         const next=()=>{for(let it;it=stack.pop();)try{\
         if(!it.waits&&tells===1){tells=0;stack.push(it);return Promise.resolve().then(next)}\
         if(!it.dispose){tells|=1;continue}\
         const result=it.dispose.call(it.value);\
         if(it.waits){tells|=2;return Promise.resolve(result).then(next,(error)=>{fail(error);return next()})}\
         }catch(error){fail(error)}\
         if(tells===1)return failed?Promise.reject(last):Promise.resolve();\
         if(failed)throw last};\
         return next()}}}",
    ),
    (
        "assertClassBrand",
        "assertClassBrand(brand,object,value){\
         if(typeof brand===\"function\"?brand===object:brand.has(object))return arguments.length<3?object:value;\
         throw new TypeError(\"Private element is not present on this object\")}",
    ),
    (
        "classPrivateFieldInitSpec",
        "classPrivateFieldInitSpec(object,map,value){\
         if(map.has(object))throw new TypeError(\"Cannot initialize private elements twice on the same object\");\
         map.set(object,value)}",
    ),
    (
        "classPrivateMethodInitSpec",
        "classPrivateMethodInitSpec(object,set){\
         if(set.has(object))throw new TypeError(\"Cannot initialize private elements twice on the same object\");\
         set.add(object)}",
    ),
    (
        "classPrivateFieldGet2",
        "classPrivateFieldGet2(map,object){return map.get(babelHelpers.assertClassBrand(map,object))}",
    ),
    (
        "classPrivateFieldSet2",
        "classPrivateFieldSet2(map,object,value){map.set(babelHelpers.assertClassBrand(map,object),value);return value}",
    ),
    (
        "checkInRHS",
        "checkInRHS(value){if(Object(value)===value)return value;\
         throw new TypeError(\"Cannot use 'in' operator to search for a private element in a value that is no object\")}",
    ),
    (
        "toSetter",
        "toSetter(setter,list,receiver){list??=[];const index=list.length++;\
         return Object.defineProperty({},\"_\",{set(value){list[index]=value;Reflect.apply(setter,receiver,list)}})}",
    ),
    (
        "defineProperty",
        "defineProperty(object,key,value){\
         return Object.defineProperty(object,key,{value,configurable:true,enumerable:true,writable:true})}",
    ),
    (
        "readOnlyError",
        "readOnlyError(name){throw new TypeError(`\"${name}\" is read-only`)}",
    ),
    (
        "writeOnlyError",
        "writeOnlyError(name){throw new TypeError(`\"${name}\" is write-only`)}",
    ),
    (
        "toPropertyKey",
        "toPropertyKey(value){return typeof value===\"symbol\"?value:`${value}`}",
    ),
    (
        "superPropGet",
        "superPropGet(home,key,receiver,flags){\
         const base=Object.getPrototypeOf(flags&1?home.prototype:home);\
         const value=Reflect.get(base,key,receiver);\
         return flags&2&&typeof value===\"function\"?(list)=>Reflect.apply(value,receiver,list):value}",
    ),
    (
        "superPropSet",
        "superPropSet(home,key,value,receiver,strict,flags){\
         const base=Object.getPrototypeOf(flags?home.prototype:home);\
         if(!Reflect.set(base,key,value,receiver)&&strict)throw new TypeError(\"failed to set property\");\
         return value}",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_named() {
        assert_eq!(preamble("decorate()"), "");
        let preamble = preamble("babelHelpers.decorateParam(0, x)");
        assert!(preamble.starts_with("const babelHelpers={decorateParam("));
        assert!(!preamble.contains("decorate("), "{preamble}");
        assert!(!preamble.contains('\n'));
    }
}
