"""What came in: the raw thing first (收件), then the opinion in it (意见), its pages, and who sent it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tici.core.models import Upload

from .channels import Channel
from .notices import Notice


class ItemState(models.TextChoices):
    """How far what came in has got. Nothing is ever dropped: what cannot be read waits for a person."""

    WAITING = "waiting", _("待处理")
    REGISTERED = "registered", _("已登记")
    NOT_OPINION = "not_opinion", _("非意见")  # an automatic reply, a bounce, a list: kept, never answered
    QUARANTINED = "quarantined", _("待人工处理")


class Held(models.TextChoices):
    """Why an opinion waits for a look before it is read: it is received and has its number all the same."""

    NOTHING = "", _("无")
    QUOTA = "quota", _("短时间内同一来源过多")
    NO_PROOF = "no_proof", _("未经浏览器验证")
    PAGES = "pages", _("同一来源当日识别页数已满")  # goes on by itself on a later day


class Item(models.Model):
    """One thing that came in by a channel, as it came in: a form sent, a letter, a fax, a message (收件)."""

    number = models.CharField(_("受理编号"), max_length=24, unique=True)
    notice = models.ForeignKey(
        Notice, models.PROTECT, verbose_name=_("公告"), null=True, blank=True, related_name="items"
    )
    channel = models.CharField(_("渠道"), max_length=8, choices=Channel)
    source_key = models.CharField(_("来源标识"), max_length=200, unique=True)  # the same thing comes in once
    origin = models.CharField(_("来源"), max_length=200, blank=True)  # mailbox and UID, folder and file, sheet and row
    upload = models.ForeignKey(Upload, models.PROTECT, verbose_name=_("原始件"), null=True, blank=True)
    digest = models.CharField(_("原始件摘要"), max_length=64)  # outlives the raw bytes once they are erased
    media_type = models.CharField(_("类型"), max_length=80)
    received_at = models.DateTimeField(_("收到时间"))
    received_by = models.CharField(_("收件人"), max_length=150)
    postmarked_on = models.DateField(_("邮戳日期"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=ItemState, default=ItemState.WAITING)
    reason = models.CharField(_("原因"), max_length=300, blank=True)  # why it is set aside, or what it is instead
    held = models.CharField(_("暂缓原因"), max_length=8, choices=Held, default=Held.NOTHING, blank=True)
    net = models.CharField(_("来源网段"), max_length=32, blank=True)  # keyed digest of the /24; never the address
    erased_at = models.DateTimeField(_("清除时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("收件")
        verbose_name_plural = _("收件")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["net", "received_at"], name="item_by_net", condition=~Q(net="")),
            models.Index(fields=["notice", "received_at"], name="item_by_notice"),
            models.Index(fields=["state"], name="item_by_state", condition=~Q(state="registered")),
        ]
        constraints = [
            models.CheckConstraint(
                name="what_is_set_aside_says_why",
                condition=~Q(state__in=["quarantined", "not_opinion"]) | ~Q(reason=""),
                violation_error_message=_("搁置的收件须写明原因。"),
            ),
            models.CheckConstraint(
                name="raw_bytes_stay_until_they_are_erased",
                condition=Q(upload__isnull=False) | Q(erased_at__isnull=False),
                violation_error_message=_("未到清除期限的原始件不能缺失。"),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PartState(models.TextChoices):
    """What became of one part of an item."""

    WAITING = "waiting", _("待读取")
    READ = "read", _("已读取")
    STORED = "stored", _("仅保存")  # archives, pages of mark-up, what has no text: kept, not opened
    FAILED = "failed", _("未能读取")


class Part(models.Model):
    """One part of an item: the text of a message, an attachment, the fax itself (附件)."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField(_("序号"))
    name = models.CharField(_("文件名"), max_length=255)
    upload = models.ForeignKey(Upload, models.PROTECT, null=True, blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=PartState, default=PartState.WAITING)
    reason = models.CharField(_("原因"), max_length=300, blank=True)
    text = models.TextField(_("文字"), blank=True)
    read_at = models.DateTimeField(_("读取时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("附件")
        verbose_name_plural = _("附件")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(name="one_part_a_position", fields=["item", "position"])]

    def __str__(self) -> str:
        return self.name


class Page(models.Model):
    """One page of a letter, fax or scan: its picture, and what the machine read on it with its certainty."""

    part = models.ForeignKey(Part, models.CASCADE, related_name="pages")
    number = models.PositiveSmallIntegerField(_("页"))
    image = models.ForeignKey(Upload, models.PROTECT, verbose_name=_("图像"), null=True, blank=True)
    rotation = models.SmallIntegerField(_("旋转"), default=0)
    score = models.FloatField(_("识别置信度"), null=True, blank=True)
    lines = models.JSONField(_("识别行"), default=list)  # [{"text": …, "box": […], "score": …}]
    form = models.JSONField(_("回执勾选"), null=True, blank=True)  # what a tick-box form says; none on a free page
    engine = models.CharField(_("识别程序"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("页")
        verbose_name_plural = _("页")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(name="one_page_a_number", fields=["part", "number"]),
            models.CheckConstraint(
                name="a_score_is_a_fraction",
                condition=Q(score__isnull=True) | Q(score__range=(0, 1)),
                violation_error_message=_("置信度须在0与1之间。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.number}"


class Relation(models.TextChoices):
    """What a sender is to the matter. The name of a child is never asked."""

    PARENT = "parent", _("学生家长")
    SCHOOL = "school", _("学校或幼儿园")
    RESIDENT = "resident", _("其他市民")
    UNIT = "unit", _("单位")
    UNSAID = "unsaid", _("未说明")


class Consent(models.TextChoices):
    """Whether an opinion may be published; asked before any work on its text."""

    MASKED = "masked", _("可匿名公开")
    NO = "no", _("不公开")


class SecondTyping(models.TextChoices):
    """How far the second typing of a transcription in the sample has got; until it is settled nothing is confirmed."""

    NONE = "", _("不在抽样中")
    DUE = "due", _("待第二遍")
    DIFFERS = "differs", _("两遍不一致")
    SETTLED = "settled", _("已核定")


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def counted(self) -> Self:
        """Those that count: not withdrawn, not disowned, and let through where they were held."""
        return self.filter(withdrawn_at__isnull=True, disowned_at__isnull=True, item__held="")


class Submission(models.Model):
    """An opinion as one sender gave it (意见): text, flags, and how far it has been dealt with."""

    item = models.OneToOneField(Item, models.CASCADE, related_name="submission")
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="submissions")
    text = models.TextField(_("意见原文"))  # as it came in; quotes and signatures are cut only from what is shown
    quoted_from = models.PositiveIntegerField(_("引文起点"), null=True, blank=True)
    answers = models.JSONField(_("选择题答案"), default=dict, blank=True)  # question position -> chosen labels
    relation = models.CharField(_("身份"), max_length=8, choices=Relation, default=Relation.UNSAID)
    consent = models.CharField(_("公开意愿"), max_length=6, choices=Consent, default=Consent.MASKED)
    wants_reply = models.BooleanField(_("希望答复"), default=True)
    is_late = models.BooleanField(_("逾期"), default=False)
    needs_transcribing = models.BooleanField(_("须誊录"), default=False)
    second_typing = models.CharField(
        _("第二遍誊录"), max_length=8, choices=SecondTyping, default=SecondTyping.NONE, blank=True
    )
    read_at = models.DateTimeField(_("机读时间"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)
    disowned_at = models.DateTimeField(_("声明非本人时间"), null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("意见")
        verbose_name_plural = _("意见")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["notice", "confirmed_at"], name="submission_to_confirm")]

    def __str__(self) -> str:
        return self.item.number

    @property
    def shown_text(self) -> str:
        """The text without the mail it answers."""
        return self.text[: self.quoted_from] if self.quoted_from is not None else self.text


class Submitter(models.Model):
    """Who sent an opinion, encrypted (提交人). Reading it is a deed of its own and is written down."""

    submission = models.OneToOneField(Submission, models.CASCADE, related_name="submitter")
    name = models.BinaryField(_("姓名"), default=b"")
    contact = models.BinaryField(_("联系方式"), default=b"")
    address = models.BinaryField(_("地址"), default=b"")
    contact_digest = models.CharField(_("联系方式摘要"), max_length=64, blank=True)  # keyed; counts persons

    class Meta:
        verbose_name = _("提交人")
        verbose_name_plural = _("提交人")
        indexes = [
            models.Index(fields=["contact_digest"], name="submitter_by_contact", condition=~Q(contact_digest=""))
        ]

    def __str__(self) -> str:
        return str(self.submission_id)


class Transcription(models.Model):
    """What a person typed beside the picture of a page; a sample is typed twice, by two people (誊录)."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="transcriptions")
    round = models.PositiveSmallIntegerField(_("遍"))
    text = models.TextField(_("誊录文字"))
    typed_at = models.DateTimeField(_("誊录时间"))
    typed_by = models.CharField(_("誊录人"), max_length=150)

    class Meta:
        verbose_name = _("誊录")
        verbose_name_plural = _("誊录")
        ordering = ["round"]
        constraints = [
            models.UniqueConstraint(name="one_transcription_a_round", fields=["submission", "round"]),
            # The third round is the settled text: a small office may have only the two who typed.
            models.UniqueConstraint(
                name="nobody_types_it_twice", fields=["submission", "typed_by"], condition=Q(round__lt=3)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission} {self.round}"


class Mailbox(models.Model):
    """How far a mailbox has been read. It only saves work: what was taken is known by its digest."""

    name = models.CharField(_("邮箱"), max_length=160, unique=True)
    uidvalidity = models.PositiveBigIntegerField(default=0)
    last_uid = models.PositiveBigIntegerField(default=0)
    looked_at = models.DateTimeField(_("查收时间"), null=True, blank=True)
    trouble = models.CharField(_("故障"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("邮箱")
        verbose_name_plural = _("邮箱")

    def __str__(self) -> str:
        return self.name


class Acknowledgement(models.Model):
    """That an address was told today that its mail has arrived: once a day, so that two machines never talk (回执)."""

    address_digest = models.CharField(_("地址摘要"), max_length=64)
    on = models.DateField(_("日期"))
    item = models.ForeignKey(Item, models.CASCADE, related_name="acknowledgements")

    class Meta:
        verbose_name = _("收到回执")
        verbose_name_plural = _("收到回执")
        constraints = [
            models.UniqueConstraint(name="one_acknowledgement_an_address_a_day", fields=["address_digest", "on"])
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.on}"
