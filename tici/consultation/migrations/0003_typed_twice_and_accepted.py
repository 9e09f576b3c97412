"""A sample is typed twice; the machine's word may be taken; what a group became is kept with the group."""

import django.db.models.deletion
from django.db import migrations, models


def matters_to_groups(apps, schema_editor):
    """What a group became is a fact of the group: it may be there before a decision and outlives one."""
    held = apps.get_model("consultation", "Decision").objects.filter(undone_at=None).exclude(matter_url_name="")
    for decision in held.select_related("group"):
        for name in ("matter_url_name", "matter_id", "matter_label"):
            setattr(decision.group, name, getattr(decision, name))
        decision.group.save(update_fields=["matter_url_name", "matter_id", "matter_label"])


class Migration(migrations.Migration):

    dependencies = [
        ('consultation', '0002_shared_cache'),
    ]

    operations = [
        migrations.CreateModel(
            name='AutoAcceptance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('engine', models.CharField(max_length=60, verbose_name='程序')),
                ('labels', models.PositiveIntegerField(verbose_name='检验要点数')),
                ('threshold', models.FloatField(blank=True, null=True, verbose_name='起始置信度')),
                ('precision', models.FloatField(verbose_name='检验准确率')),
            ],
            options={
                'verbose_name': '自动采信',
                'verbose_name_plural': '自动采信',
                'ordering': ['-pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='transcription',
            name='nobody_types_it_twice',
        ),
        migrations.AddField(
            model_name='answer',
            name='printed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='打印时间'),
        ),
        migrations.AddField(
            model_name='answer',
            name='sent_by',
            field=models.CharField(blank=True, max_length=150, verbose_name='发出人'),
        ),
        migrations.AddField(
            model_name='group',
            name='matter_id',
            field=models.PositiveBigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='group',
            name='matter_label',
            field=models.CharField(blank=True, max_length=600, verbose_name='办理事项'),
        ),
        migrations.AddField(
            model_name='group',
            name='matter_url_name',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.RunPython(matters_to_groups, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='decision',
            name='matter_id',
        ),
        migrations.RemoveField(
            model_name='decision',
            name='matter_label',
        ),
        migrations.RemoveField(
            model_name='decision',
            name='matter_url_name',
        ),
        migrations.AddField(
            model_name='notice',
            name='accepts_by_itself',
            field=models.BooleanField(default=False, verbose_name='自动采信'),
        ),
        migrations.AddField(
            model_name='part',
            name='read_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='读取时间'),
        ),
        migrations.AddField(
            model_name='subject',
            name='latitude',
            field=models.FloatField(blank=True, null=True, verbose_name='纬度'),
        ),
        migrations.AddField(
            model_name='subject',
            name='longitude',
            field=models.FloatField(blank=True, null=True, verbose_name='经度'),
        ),
        migrations.AddField(
            model_name='submission',
            name='second_typing',
            field=models.CharField(blank=True, choices=[('', '不在抽样中'), ('due', '待第二遍'), ('differs', '两遍不一致'), ('settled', '已核定')], default='', max_length=8, verbose_name='第二遍誊录'),
        ),
        migrations.AlterField(
            model_name='confirmation',
            name='is_automatic',
            field=models.BooleanField(default=False, verbose_name='自动采信'),
        ),
        migrations.AlterField(
            model_name='item',
            name='held',
            field=models.CharField(blank=True, choices=[('', '无'), ('quota', '短时间内同一来源过多'), ('no_proof', '未经浏览器验证'), ('pages', '同一来源当日识别页数已满')], default='', max_length=8, verbose_name='暂缓原因'),
        ),
        migrations.AddConstraint(
            model_name='subject',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__isnull', False), ('longitude__isnull', False), ('latitude__range', (-90, 90)), ('longitude__range', (-180, 180))), _connector='OR'), name='a_subject_lies_somewhere_or_nowhere', violation_error_message='经度和纬度须同时填写，并在范围之内。'),
        ),
        migrations.AddConstraint(
            model_name='transcription',
            constraint=models.UniqueConstraint(condition=models.Q(('round__lt', 3)), fields=('submission', 'typed_by'), name='nobody_types_it_twice'),
        ),
        migrations.AddField(
            model_name='autoacceptance',
            name='notice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='acceptances', to='consultation.notice'),
        ),
        migrations.AddField(
            model_name='confirmation',
            name='acceptance',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='consultation.autoacceptance', verbose_name='自动采信批次'),
        ),
        migrations.AddConstraint(
            model_name='confirmation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('acceptance__isnull', False), ('is_automatic', True)), models.Q(('acceptance__isnull', True), ('is_automatic', False)), _connector='OR'), name='what_is_automatic_names_its_run', violation_error_message='自动采信须写明批次。'),
        ),
        migrations.AddConstraint(
            model_name='autoacceptance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('threshold__isnull', True), ('threshold__range', (0, 1)), _connector='OR'), ('precision__range', (0, 1))), name='an_acceptance_held_a_fraction', violation_error_message='置信度和准确率须在0与1之间。'),
        ),
    ]
