//! What V8 puts into words, by the text it is given: `n is not a function`, `n is not iterable`, `Cannot destructure 'n'`.

use oxc_ast::ast::{Expression, ImportExpression, ImportMeta};
use oxc_ast_visit::Visit;
use oxc_span::GetSpan;

use super::body::Body;

/// What a promise has: these are called without a word.
const OF_PROMISES: [&str; 3] = ["then", "catch", "finally"];

impl Body<'_, '_> {
    /// `is_spoken_of`: what is read elsewhere than it is written has another text there.
    pub(super) fn spoken_of<T>(
        &mut self,
        is_spoken_of: bool,
        visit: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let around = std::mem::replace(&mut self.is_spoken_of, is_spoken_of);
        let done = visit(self);
        self.is_spoken_of = around;
        done
    }

    pub(super) fn import_meta(&mut self, it: &ImportMeta) {
        self.used.import_meta = true;
        let text = match self.is_spoken_of && self.applied == it.span.start {
            true => {
                self.used.spoken_meta = true;
                let holder = self.names.of("o");
                self.without_words(it.span.start, &format!("{holder}?.m)"))
            }
            false => self.names.import_meta.clone(),
        };
        self.edits.blank(it.span.start, it.span.end, &text);
    }

    pub(super) fn import_call(&mut self, it: &ImportExpression) {
        self.used.import_call = true;
        let name = &self.names.import_call;
        let text = match self.is_spoken_of && self.applied == it.span.start {
            true => {
                self.edits.insert(it.span.end, ")");
                self.without_words(it.span.start, &format!("{name}?."))
            }
            false => name.clone(),
        };
        self.edits.replace(it.span.start, it.span.start + 6, text);
    }

    /// What is called, or of which something is taken. Where it is looked through itself (`[...import.meta]`) V8 has no words for what
    /// stands for `import.meta`.
    pub(super) fn applied(&mut self, is_spoken_of: bool, it: &Expression) {
        self.applied = it.without_parentheses().span().start;
        self.spoken_of(is_spoken_of, |this| this.visit_expression(it));
    }

    /// An optional chain in parentheses is "(intermediate value)" to V8, as `import.meta` is. At the beginning of a statement the
    /// parenthesis would go on with what stands before it, without a semicolon.
    fn without_words(&self, at: u32, chain: &str) -> String {
        let before = match at == self.statement {
            true => "0,",
            false => "",
        };
        format!("{before}({chain}")
    }

    /// Is it `import(…).then`, which is there?
    pub(super) fn is_of_promise(callee: &Expression) -> bool {
        let Expression::StaticMemberExpression(it) = callee else {
            return false;
        };
        OF_PROMISES.contains(&it.property.name.as_str())
            && matches!(it.object, Expression::ImportExpression(_))
    }
}
