import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import tici.core.searching
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0003_records_are_only_added'),
        ('enterprises', '0001_initial'),
        ('places', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='项目名称')),
                ('code', models.CharField(blank=True, max_length=24, verbose_name='项目代码')),
                ('site', models.CharField(blank=True, max_length=200, verbose_name='建设地点')),
                ('industry', models.CharField(blank=True, max_length=80, verbose_name='项目行业')),
                ('cluster', models.CharField(blank=True, max_length=80, verbose_name='所属产业链(集群)')),
                ('level', models.CharField(blank=True, choices=[('province', '省重点'), ('city', '市重点'), ('county', '县重点')], max_length=10, verbose_name='重点级别')),
                ('nature', models.CharField(blank=True, max_length=30, verbose_name='建设性质')),
                ('content', models.TextField(blank=True, verbose_name='建设内容及规模')),
                ('capacity', models.TextField(blank=True, verbose_name='建成后新增能力')),
                ('highlight', models.TextField(blank=True, verbose_name='亮点')),
                ('remark', models.TextField(blank=True, verbose_name='备注')),
                ('investment_wan', models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True, verbose_name='总投资(万元)')),
                ('equipment_wan', models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True, verbose_name='其中设备投资(万元)')),
                ('fund_source', models.CharField(blank=True, max_length=200, verbose_name='资金来源及说明')),
                ('output_wan', models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True, verbose_name='达效后年产值(万元)')),
                ('tax_wan', models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True, verbose_name='达效后年税收(万元)')),
                ('jobs', models.PositiveIntegerField(blank=True, null=True, verbose_name='达效后用工(人)')),
                ('stage', models.CharField(choices=[('planned', '谋划'), ('reserved', '储备'), ('started', '开工'), ('building', '建设'), ('performing', '达效')], default='planned', max_length=12, verbose_name='阶段')),
                ('signed_on', models.DateField(blank=True, null=True, verbose_name='签约日期')),
                ('planned_start_on', models.DateField(blank=True, null=True, verbose_name='计划开工')),
                ('planned_start_precision', models.CharField(blank=True, choices=[('day', '日'), ('month', '月'), ('quarter', '季度'), ('year', '年')], max_length=8, verbose_name='计划开工精度')),
                ('started_on', models.DateField(blank=True, null=True, verbose_name='实际开工')),
                ('started_precision', models.CharField(blank=True, choices=[('day', '日'), ('month', '月'), ('quarter', '季度'), ('year', '年')], max_length=8, verbose_name='实际开工精度')),
                ('planned_finish_on', models.DateField(blank=True, null=True, verbose_name='计划竣工')),
                ('planned_finish_precision', models.CharField(blank=True, choices=[('day', '日'), ('month', '月'), ('quarter', '季度'), ('year', '年')], max_length=8, verbose_name='计划竣工精度')),
                ('completed_on', models.DateField(blank=True, null=True, verbose_name='实际竣工')),
                ('completed_precision', models.CharField(blank=True, choices=[('day', '日'), ('month', '月'), ('quarter', '季度'), ('year', '年')], max_length=8, verbose_name='实际竣工精度')),
                ('performing_on', models.DateField(blank=True, null=True, verbose_name='达效日期')),
                ('statistics_on', models.DateField(blank=True, null=True, verbose_name='入统月份')),
                ('statistics_code', models.CharField(blank=True, max_length=40, verbose_name='统计代码')),
                ('cancelled_on', models.DateField(blank=True, null=True, verbose_name='取消日期')),
                ('cancel_reason', models.CharField(blank=True, max_length=200, verbose_name='取消原因')),
                ('search_text', models.TextField(default='', editable=False)),
                ('search_pairs', models.GeneratedField(db_persist=True, expression=tici.core.searching.Bigrams('search_text'), output_field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None))),
                ('is_example', models.BooleanField(default=False, verbose_name='示例')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='enterprises.enterprise', verbose_name='业主单位')),
                ('place', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='places.place', verbose_name='地区')),
            ],
            options={
                'verbose_name': '项目',
                'verbose_name_plural': '项目',
            },
        ),
        migrations.CreateModel(
            name='Move',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_stage', models.CharField(blank=True, choices=[('planned', '谋划'), ('reserved', '储备'), ('started', '开工'), ('building', '建设'), ('performing', '达效')], max_length=12, verbose_name='自')),
                ('to_stage', models.CharField(choices=[('planned', '谋划'), ('reserved', '储备'), ('started', '开工'), ('building', '建设'), ('performing', '达效')], max_length=12, verbose_name='至')),
                ('moved_on', models.DateField(verbose_name='推进日期')),
                ('evidence', models.CharField(blank=True, max_length=200, verbose_name='佐证')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='理由')),
                ('moved_by', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='经办人')),
                ('source', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='core.sourcerow')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='projects.project')),
            ],
            options={
                'verbose_name': '推进',
                'verbose_name_plural': '推进',
                'ordering': ['moved_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('old', models.JSONField(default=dict, verbose_name='变更前')),
                ('new', models.JSONField(default=dict, verbose_name='变更后')),
                ('changed_at', models.DateTimeField(verbose_name='时间')),
                ('batch', models.UUIDField(blank=True, null=True, verbose_name='接收批次')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='撤销时间')),
                ('changed_by', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='经办人')),
                ('source', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='core.sourcerow')),
                ('project', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='projects.project')),
            ],
            options={
                'verbose_name': '变更',
                'verbose_name_plural': '变更',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('filing', '立项(备案/核准/审批)'), ('land', '用地'), ('planning', '规划许可'), ('environment', '环评'), ('energy', '能评'), ('permit', '施工许可')], max_length=12, verbose_name='手续')),
                ('number', models.CharField(max_length=120, verbose_name='文号')),
                ('granted_on', models.DateField(blank=True, null=True, verbose_name='批复日期')),
                ('project', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='approvals', to='projects.project')),
            ],
            options={
                'verbose_name': '审批手续',
                'verbose_name_plural': '审批手续',
            },
        ),
        migrations.CreateModel(
            name='ProjectYear',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('category', models.CharField(blank=True, choices=[('to_start', '计划开工'), ('continuing', '续建'), ('to_complete', '保投产'), ('preliminary', '前期')], max_length=12, verbose_name='年度类别')),
                ('plan_wan', models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True, verbose_name='年度计划投资(万元)')),
                ('project', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='years', to='projects.project')),
            ],
            options={
                'verbose_name': '年度计划',
                'verbose_name_plural': '年度计划',
            },
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(fields=['place', 'id'], name='project_of_place'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(fields=['place', 'stage', 'id'], name='project_of_place_and_stage'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(fields=['stage', 'id'], name='project_of_stage'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(models.OrderBy(models.F('investment_wan'), descending=True, nulls_last=True), models.OrderBy(models.F('id'), descending=True), name='project_by_investment'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(fields=['name', 'id'], name='project_by_name'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search_pairs'], name='project_search'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.UniqueConstraint(condition=models.Q(('code', ''), _negated=True), fields=('code',), name='one_project_a_code'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('completed_on__isnull', True), ('started_on__isnull', True), models.Q(('completed_precision', 'day'), _negated=True), ('completed_on__gte', models.F('started_on')), _connector='OR'), name='project_completed_after_it_started', violation_error_message='竣工日期不能早于开工日期。'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('cancelled_on__isnull', True), models.Q(('cancel_reason', ''), _negated=True), _connector='OR'), name='project_cancelled_with_a_reason', violation_error_message='取消项目须写明原因。'),
        ),
        migrations.AddIndex(
            model_name='move',
            index=models.Index(fields=['moved_on'], name='move_by_day'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(fields=['project', '-id'], name='change_of_project'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(fields=['batch'], name='change_by_batch'),
        ),
        migrations.AddIndex(
            model_name='approval',
            index=models.Index(fields=['kind', 'granted_on'], name='approval_by_kind_and_day'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.UniqueConstraint(fields=('project', 'kind'), name='one_approval_a_project_and_kind'),
        ),
        migrations.AddIndex(
            model_name='projectyear',
            index=models.Index(fields=['year', 'category'], name='project_year_by_category'),
        ),
        migrations.AddConstraint(
            model_name='projectyear',
            constraint=models.UniqueConstraint(fields=('project', 'year'), name='one_plan_a_project_and_year'),
        ),
    ]
