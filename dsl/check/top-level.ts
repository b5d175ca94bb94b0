/** Checks what a module declares, whether it is used or not; generics are checked for those who use them. */
import type { Checker } from "./checker.ts";
import { type Declaration, typeParameters } from "./declarations.ts";
import { globalOf } from "./globals.ts";
import { instantiate } from "./instances.ts";
import { complete } from "./layout.ts";
import { alias, bindArguments, classType, enumeration } from "./resolve.ts";

/** Makes what a declaration stands for; bodies of functions are left to the checker's queue. Throws mistakes. */
export function checkDeclaration(checker: Checker, declaration: Declaration): void {
  const { module } = declaration;
  const scope = { checker, module, arguments: new Map() };
  switch (declaration.kind) {
    case "function":
      if (typeParameters(declaration.node).length === 0) instantiate(checker, declaration, new Map(), null);
      break;
    case "class": {
      if (typeParameters(declaration.node).length > 0) break;
      const type = classType(checker, declaration, bindArguments(scope, null, [], declaration.node));
      complete(checker, type, declaration.node);
      for (const method of declaration.methods.values()) {
        if (typeParameters(method.node).length === 0)
          checker.attempt(module, method.node, () => instantiate(checker, method, new Map(), type));
      }
      break;
    }
    case "alias":
      if (!declaration.node.typeParameters) alias(scope, declaration, [], declaration.node, false);
      break;
    case "enum":
      enumeration(checker, declaration);
      break;
    case "global":
      globalOf(checker, declaration);
      break;
    case "import":
      checker.lookUp(module, declaration.name);
      break;
    default:
  }
}
