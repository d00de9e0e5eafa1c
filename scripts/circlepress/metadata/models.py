"""The models of metadata as pydantic has them: it finds everything that is wrong at once, and knows JSON Schema.

They are made from the structs when they are first needed, which is when something is wrong, and for editors.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, reduce
from inspect import get_annotations
from operator import or_
from types import UnionType
from typing import Annotated, Any, ClassVar, Union, get_args, get_origin

from msgspec import NODEFAULT
from msgspec.structs import FieldInfo, fields
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    create_model,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo as ModelField
from pydantic_core import PydanticCustomError

from .rules import After, Before, Context, NotBlank, Refused, Schema, Told

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
"""Nobody's plugin looks on while content is read, and no build waits until all installed packages have been asked for one."""

_PLAIN = (str, int, bool, float, type(None))


def read_and_tell(model: type[Schema], data: Any, context: Context) -> tuple[Schema | None, list[dict[str, Any]]]:
    """Return `data` as `model`, or `None` and everything that is wrong with it, in the form of `pydantic.ValidationError.errors`."""
    try:
        return _struct_of(model_of(model).model_validate(data, context=context)), []
    except ValidationError as error:
        return None, error.errors(include_url=False)


@cache
def model_of(struct: type[Schema]) -> type[BaseModel]:
    """Return the model of what a struct may hold."""
    validators: dict[str, Any] = {}
    if "__post_init__" in vars(struct):
        validators["rule_of_all"] = model_validator(mode="after")(_of_all(struct.__post_init__))
    for name, rule in struct.field_rules.items():
        validators[f"rule_of_{name}"] = field_validator(name)(_knowing_others(rule))
    model = create_model(
        struct.__name__, __base__=_Base, __module__=struct.__module__, __doc__=struct.__doc__, __validators__=validators,
        **{field.name: (_annotation_of(field.type), _field_of(field, always=field.name in struct.field_rules)) for field in in_order(struct)})
    if struct.for_editors:
        model.model_config["json_schema_extra"] = dict(struct.for_editors)
    model.struct = struct
    return model


class _Base(BaseModel):
    """The base of every model: unknown keys are refused."""

    struct: ClassVar[type[Schema]]
    """What the model was made from."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)


def in_order(struct: type[Schema]) -> list[FieldInfo]:
    """Return a struct's fields in the order in which they are written, those it inherits first."""
    field_by_name = {field.name: field for field in fields(struct)}
    written = {name: None for owner in reversed(struct.__mro__) for name in get_annotations(owner)}
    return [field_by_name[name] for name in written if name in field_by_name]


def _field_of(field: FieldInfo, *, always: bool) -> ModelField:
    """Return what a model says of a field; `always` is one whose rules are asked about its default, too."""
    told: dict[str, Any] = {"alias": field.encode_name} if field.encode_name != field.name else {}
    if always:
        told["validate_default"] = True
    if field.default_factory is not NODEFAULT:
        return Field(default_factory=field.default_factory, **told)
    if field.default is NODEFAULT:
        return Field(**told)
    if not isinstance(field.default, _PLAIN):
        return Field(default_factory=lambda: field.default, **told)
    return Field(default=field.default, **told)


def _annotation_of(kind: Any) -> Any:
    """Return what stands beside a struct's field as pydantic writes it."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return Annotated[(_annotation_of(parts[0]), *map(_mark_of, parts[1:]))]
    if origin in (Union, UnionType):
        return reduce(or_, map(_annotation_of, parts))
    if origin in (list, dict):
        return origin[tuple(map(_annotation_of, parts))]
    return model_of(kind) if isinstance(kind, type) and issubclass(kind, Schema) else kind


def _mark_of(mark: Any) -> Any:
    match mark:
        case NotBlank():
            return StringConstraints(strip_whitespace=True, min_length=1)
        case After():
            return AfterValidator(_check_of(mark))
        case Before(accepts=None):
            return BeforeValidator(_check_of(mark))
        case Before():
            return BeforeValidator(_check_of(mark), json_schema_input_type=_annotation_of(mark.accepts))
        case Told():
            return Field(description=mark.description, json_schema_extra=mark.keywords and dict(mark.keywords), min_length=mark.fewest)
    return mark


def _check_of(mark: Before | After) -> Callable:
    return _in_context(mark.check) if mark.in_context else Telling(mark.check)


class Telling:
    """A check as pydantic calls it."""

    def __init__(self, check: Callable[..., Any]) -> None:
        self.check = check
        """A `Rule`, or another function."""

    def __call__(self, value: Any) -> Any:
        return _asked(self.check, value)


def _in_context(check: Callable[..., Any]) -> Callable:
    def with_context(value: Any, info: ValidationInfo) -> Any:
        return _asked(check, value, info.context)

    return with_context


def _knowing_others(rule: Callable[..., Any]) -> Callable:
    def with_others(value: Any, info: ValidationInfo) -> Any:
        return _asked(rule, value, info.data)

    return with_others


def _of_all(check: Callable[[Any], None]) -> Callable:
    def of_model(model: BaseModel) -> BaseModel:
        _asked(check, model)
        return model

    return of_model


def _asked(check: Callable[..., Any], *values: Any) -> Any:
    """Return what a check does, and tell pydantic of what it refuses."""
    try:
        return check(*values)
    except Refused as refused:
        raise PydanticCustomError(refused.kind, "{kind}", {"kind": refused.kind, **refused.said}) from None


def _struct_of(value: Any) -> Any:
    """Return what pydantic has read as structs."""
    if isinstance(value, BaseModel):
        return value.struct(**{name: _struct_of(getattr(value, name)) for name in value.model_fields_set})
    if isinstance(value, dict):
        return {key: _struct_of(entry) for key, entry in value.items()}
    return [_struct_of(entry) for entry in value] if isinstance(value, list) else value
